import { Writable } from 'node:stream';
import { buildSchema, execute, GraphQLError, parse, validate } from 'graphql';
import pino from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { presentError, presentErrors } from '../../../src/graphql/errors/presentError.js';
import { FaultError, problem } from '../../../src/shared/errors.js';

let logged: string;
const log = new Writable({
  write: (chunk: Buffer, _encoding, done) => {
    logged += chunk.toString();
    done();
  },
});
const logger = pino({ level: 'debug' }, log);
beforeEach(() => (logged = ''));

const schema = buildSchema('type Query { field(size: Int): String }');

async function thrownByResolver(error: Error): Promise<GraphQLError> {
  const rootValue = {
    field: () => {
      throw error;
    },
  };
  const { errors } = await execute({ schema, document: parse('{ field }'), rootValue });
  return errors![0]!;
}

describe('presentError', () => {
  it('shows a fault as it is, with its place', async () => {
    const error = await thrownByResolver(new FaultError('CURSOR_INVALID', 'The cursor cannot be used.'));
    expect(presentError(error, logger)).toEqual({
      message: 'The cursor cannot be used.',
      path: ['field'],
      locations: [{ line: 1, column: 3 }],
      extensions: { code: 'CURSOR_INVALID' },
    });
    expect(logged).toBe('');
  });

  it('shows a problem outside a payload under a code of the top level', async () => {
    expect(
      presentError(await thrownByResolver(problem('NOT_FOUND', 'there is no such job')), logger).extensions,
    ).toEqual({ code: 'NOT_FOUND' });
    expect(presentError(await thrownByResolver(problem('IMAGE_EMPTY', 'a.png is empty')), logger)).toMatchObject({
      message: 'a.png is empty',
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  it.each([
    ['ECONNREFUSED', 'SERVICE_UNAVAILABLE'],
    ['57P01', 'SERVICE_UNAVAILABLE'],
    ['53100', 'STORAGE_FULL'],
  ])('says what keeps the database from its work: %s', async (code, shown) => {
    const cause = Object.assign(new Error('could not write init file: No space left on device'), { code });
    const { message, extensions } = presentError(await thrownByResolver(cause), logger);
    expect(extensions).toEqual({ code: shown });
    expect(message).toMatch(/^The (disk of the )?database/);
  });

  it.each([
    new Error('SELECT * FROM secret_table'),
    new TypeError("Cannot read properties of undefined (reading 'secret')"),
    new GraphQLError('secret_table is what a resolver named without a code'),
    new GraphQLError('wrapped', { originalError: new GraphQLError('again', { originalError: new Error('secret') }) }),
    Object.assign(new Error('/srv/secret'), { extensions: { code: 'CUSTOM', secret: true } }),
  ])('masks anything else under a reference that the log has: %s', async (cause) => {
    const shown = presentError(await thrownByResolver(cause), logger);
    const reference = /^Internal error\. Reference: ([0-9a-f-]{36})$/.exec(shown.message)?.[1];
    expect(reference).toBeDefined();
    expect(shown.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR' });
    expect(JSON.stringify(shown)).not.toContain('secret');
    expect(logged).toContain(reference);
    expect(logged).toContain('secret');
  });

  it('gives variables of a wrong type a code', async () => {
    const document = parse('query($size: Int) { field(size: $size) }');
    const { errors } = await execute({ schema, document, variableValues: { size: 'large' } });
    expect(presentError(errors![0]!, logger)).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  });

  it('gives a document of too many tokens the code of the other limits', () => {
    const tokens = () => parse('{ a b c }', { maxTokens: 3 });
    expect(tokens).toThrow(GraphQLError);
    try {
      tokens();
    } catch (error) {
      expect(presentError(error as GraphQLError, logger).extensions).toEqual({ code: 'QUERY_TOO_COMPLEX' });
    }
  });

  it('leaves hints at the schema out, and shortens what is long', () => {
    const [error] = validate(schema, parse('{ feild }'));
    const coded = new GraphQLError(error!.message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
    expect(presentError(coded, logger).message).toBe('Cannot query field "feild" on type "Query".');
    const long = new GraphQLError('x'.repeat(100_000), { extensions: { code: 'BAD_USER_INPUT' } });
    expect(presentError(long, logger).message).toHaveLength(1_001);
  });

  it('takes an unknown code of the libraries for a bad request', () => {
    const error = new GraphQLError('not here', { extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } });
    expect(presentError(error, logger).extensions).toEqual({ code: 'BAD_REQUEST' });
  });

  it('shows at most five', () => {
    const errors = Array.from({ length: 9 }, () => new GraphQLError('x', { extensions: { code: 'BAD_REQUEST' } }));
    expect(presentErrors(errors, logger)).toHaveLength(5);
  });
});
