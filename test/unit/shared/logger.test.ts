import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { createLogger, withLogContext } from '../../../src/shared/logger.js';

function memory(): { lines: Record<string, unknown>[]; text: () => string; stream: Writable } {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  return { lines, text: () => JSON.stringify(lines), stream };
}

it('leaves out secrets and variables, wherever they stand', () => {
  const { lines, text, stream } = memory();
  const log = createLogger('test', 'info', stream);
  const secret = 'hunter2-hunter2';
  const sent = { variables: { name: secret }, headers: { authorization: `Bearer ${secret}` } };
  log.info({ authorization: secret, request: sent, connectionParams: { a: secret }, apiToken: secret }, 'a request');
  log.info(`connecting to postgres://residua:${secret}@db:5432/residua with Bearer ${secret}`);
  log.error({ err: new Error(`no route to postgres://residua:${secret}@db/residua`) });
  const refused = Object.assign(new Error('duplicate key'), {
    ...{ name: 'QueryFailedError', query: 'INSERT INTO dataset VALUES ($1)', parameters: [secret] },
    ...{ code: '23505', detail: `Key (name)=(${secret}) already exists.`, driverError: { detail: secret } },
  });
  log.error({ err: refused }, 'a statement failed');
  expect(text()).not.toContain(secret);
  expect(lines[0]).toMatchObject({ request: { variables: '[redacted]', headers: { authorization: '[redacted]' } } });
  expect(lines[1]!['msg']).toBe('connecting to postgres://residua:[redacted]@db:5432/residua with Bearer [redacted]');
  expect(lines[3]).toMatchObject({
    msg: 'a statement failed',
    err: { type: 'QueryFailedError', message: 'duplicate key', code: '23505', query: refused.query },
  });
});

it('adds what the work belongs to, to the lines of every logger', async () => {
  const { lines, stream } = memory();
  const [one, other] = [createLogger('one', 'info', stream), createLogger('other', 'info', stream)];
  await withLogContext({ jobId: 'j' }, async () => {
    await Promise.resolve();
    withLogContext({ attempt: 2 }, () => one.info('inside'));
    other.info('after');
  });
  one.info('outside');
  expect(lines.map(({ name, jobId, attempt }) => [name, jobId, attempt])).toEqual([
    ['one', 'j', 2],
    ['other', 'j', undefined],
    ['one', undefined, undefined],
  ]);
});
