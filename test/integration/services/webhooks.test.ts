import { Webhook } from 'standardwebhooks';
import { v7 as uuid } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { WebhookEntity, type ChangeKind } from '../../../src/database/entities/index.js';
import { WebhookDispatcher } from '../../../src/services/webhooks/webhookDispatcher.js';
import { useDatabase } from '../../support/database.js';
import {
  answers,
  babbles,
  hangs,
  hangsUp,
  WebhookReceiver,
  type Behaviour,
  type Received,
} from '../../support/webhookReceiver.js';
import { startTestServer, type TestServer } from '../graphql/testServer.js';

const database = useDatabase();
let server: TestServer;
let receiver: WebhookReceiver;
const dispatchers: WebhookDispatcher[] = [];
beforeAll(async () => {
  server = await startTestServer(database.dataSource, { webhookPrivate: true });
});
afterAll(() => server.stop());
beforeEach(async () => {
  receiver = await WebhookReceiver.start();
});
afterEach(async () => {
  await Promise.all(dispatchers.splice(0).map((dispatcher) => dispatcher.stop()));
  await database.dataSource.query('DELETE FROM webhook');
  await receiver.stop();
});

/** @param pauses seconds between attempts; behind the last one the webhook is paused. */
function dispatch(pauses: number[] = [0, 0, 0, 0, 0], webhookPrivate = true): WebhookDispatcher {
  const dispatcher = new WebhookDispatcher(database.dataSource, server.signals, {
    webhookPrivate,
    pauses,
    deadline: 400,
  });
  dispatchers.push(dispatcher);
  dispatcher.start();
  return dispatcher;
}

async function newWebhook(kinds?: ChangeKind[]) {
  const project = await server.services.projects.create({ name: uuid() });
  const { webhooks } = server.services;
  const { webhook, secret } = await webhooks.create(everything, {
    projectId: project.id,
    name: 'MES',
    url: receiver.url,
    kinds,
  });
  const change = () => server.services.datasets.create(everything, { name: uuid(), projectId: project.id });
  return { project, webhook, secret, change };
}

function row(id: string): Promise<WebhookEntity> {
  return database.dataSource.getRepository(WebhookEntity).findOneByOrFail({ id });
}

function contents(
  messages: readonly Received[],
): { type: string; data: { seq: number; kind: string; ids: string[] } }[] {
  return messages.map(({ body }) => JSON.parse(body) as ReturnType<typeof contents>[number]);
}

const seqs = (messages: readonly Received[]) => contents(messages).map(({ data }) => data.seq);

async function paused(id: string): Promise<WebhookEntity> {
  await expect.poll(async () => (await row(id)).pausedAt, { interval: 20, timeout: 15_000 }).not.toBeNull();
  return row(id);
}

describe('a webhook', () => {
  it('is told of each change in order, signed as Standard Webhooks say', async () => {
    const { secret, change } = await newWebhook();
    dispatch();
    const datasets = [await change(), await change(), await change()];
    const messages = await receiver.count(3);
    for (const { body, headers } of messages) {
      expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toBeTruthy();
      expect(() => new Webhook(secret).verify(`${body} `, headers as Record<string, string>)).toThrow();
    }
    expect(seqs(messages)).toEqual([1, 2, 3]);
    expect(contents(messages)[0]).toMatchObject({
      type: 'dataset_created',
      data: { kind: 'DATASET_CREATED', count: 1 },
    });
    const ids = contents(messages).map(({ data }) => Buffer.from(data.ids[0]!, 'base64url').toString());
    expect(ids).toEqual(datasets.map(({ id }) => `Dataset:${id}`));
  });

  it('is told of the kinds it wants alone, and stands behind the others, too', async () => {
    const { webhook, change } = await newWebhook(['DATASET_DELETED']);
    dispatch();
    const { id } = await change();
    await server.services.datasets.remove(everything, id);
    await change();
    expect(seqs(await receiver.count(1))).toEqual([2]);
    await expect.poll(async () => (await row(webhook.id)).lastSeq, { interval: 20, timeout: 10_000 }).toBe(3);
    expect(receiver.received).toHaveLength(1);
  });

  it('is told once, however many workers look', async () => {
    const { change } = await newWebhook();
    for (let i = 0; i < 3; i++) dispatch();
    for (let i = 0; i < 12; i++) await change();
    await receiver.count(12);
    await Promise.all(dispatchers.splice(0).map((dispatcher) => dispatcher.stop()));
    expect(seqs(receiver.received)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  });

  it('goes on behind what it took when every worker was away', async () => {
    const { change } = await newWebhook();
    const first = dispatch();
    await change();
    await receiver.count(1);
    await first.stop();
    await change();
    await change();
    dispatch();
    expect(seqs(await receiver.count(3))).toEqual([1, 2, 3]);
  });
});

describe('a receiver that', () => {
  it.each<[string, Behaviour, string | RegExp]>([
    ['answers 500', answers(500), 'the receiver answered 500'],
    ['sends one elsewhere', answers(302, { location: 'http://169.254.169.254/' }), 'the receiver answered 302'],
    ['hangs', hangs, 'no answer within 0.4 s'],
    ['hangs up', hangsUp, /socket hang up|ECONNRESET/],
  ])('%s gets the same message again, and then the next', async (_name, behaviour, failure) => {
    const { webhook, change } = await newWebhook();
    receiver.next.push(behaviour);
    dispatch();
    await change();
    await receiver.count(2);
    await change();
    const [first, again, next] = await receiver.count(3);
    expect(again!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    expect(again!.body).toBe(first!.body);
    expect(seqs([next!])).toEqual([2]);
    const { nodes } = await server.services.webhooks.deliveries(everything, webhook.id, { last: 2 });
    expect(nodes).toMatchObject([
      { seq: 1, attempt: 2, failure: null, status: 204 },
      {
        seq: 1,
        attempt: 1,
        failure: typeof failure === 'string' ? failure : (expect.stringMatching(failure) as string),
      },
    ]);
  });

  it('says 200 and talks for ever holds up nobody', async () => {
    const { change } = await newWebhook();
    receiver.next.push(babbles, babbles);
    dispatch();
    await change();
    await change();
    await change();
    expect(seqs(await receiver.count(3))).toEqual([1, 2, 3]);
  });

  it('fails again and again is paused, with the reason; let go on, it is told what it missed', async () => {
    const { webhook, change } = await newWebhook();
    receiver.next.push(...Array.from({ length: 3 }, () => answers(503)));
    dispatch([0, 0]);
    await change();
    const { pauseReason, failures, lastSeq } = await paused(webhook.id);
    expect([pauseReason, failures, lastSeq]).toEqual([expect.stringContaining('3 attempts failed'), 3, 0]);
    await change();
    await server.services.webhooks.update(everything, webhook.id, { isPaused: false });
    expect(seqs((await receiver.count(5)).slice(3))).toEqual([1, 2]);
    await expect.poll(async () => (await row(webhook.id)).failures, { interval: 20, timeout: 10_000 }).toBe(0);
  });

  it('answers 410 is paused at once', async () => {
    const { webhook, change } = await newWebhook();
    receiver.next.push(answers(410));
    dispatch();
    await change();
    expect((await paused(webhook.id)).pauseReason).toContain('410');
    expect(receiver.received).toHaveLength(1);
  });

  it('asks for time gets it', async () => {
    const { webhook, change } = await newWebhook();
    receiver.next.push(answers(429, { 'retry-after': '3600' }));
    dispatch();
    await change();
    await receiver.count(1);
    await expect.poll(async () => (await row(webhook.id)).failures, { interval: 20, timeout: 10_000 }).toBe(1);
    expect((await row(webhook.id)).dueAt.getTime()).toBeGreaterThan(Date.now() + 3_500_000);
  });

  it('hangs keeps no other webhook waiting', async () => {
    const slow = await newWebhook();
    receiver.next.push(hangs);
    dispatch([5]);
    await slow.change();
    await receiver.count(1);
    const other = await newWebhook();
    const started = performance.now();
    await other.change();
    await receiver.count(2);
    expect(performance.now() - started).toBeLessThan(4_000);
  });
});

describe('somebody who set it up', () => {
  it('can have everything told again from any cursor, and from the beginning', async () => {
    const { project, webhook, change } = await newWebhook();
    dispatch();
    for (let i = 0; i < 3; i++) await change();
    await receiver.count(3);
    const { nodes } = await server.services.projectChanges.page(everything, project.id, null, {});
    await server.services.webhooks.replay(everything, webhook.id, nodes[1]!.cursor);
    expect(seqs((await receiver.count(4)).slice(3))).toEqual([3]);
    await server.services.webhooks.replay(everything, webhook.id, undefined);
    const again = (await receiver.count(7)).slice(4);
    expect(seqs(again)).toEqual([1, 2, 3]);
    expect(again[0]!.headers['webhook-id']).toBe(receiver.received[0]!.headers['webhook-id']);
    await expect(server.services.webhooks.replay(everything, webhook.id, 'nonsense')).rejects.toMatchObject({
      code: 'CURSOR_INVALID',
    });
  });

  it('is told what came of a test, which moves nothing', async () => {
    const { webhook, secret } = await newWebhook();
    expect(await server.services.webhooks.test(everything, webhook.id)).toMatchObject({
      status: 204,
      failure: null,
      seq: null,
    });
    const [{ body, headers }] = receiver.received as [Received];
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({ type: 'test' });
    receiver.next.push(answers(404));
    expect(await server.services.webhooks.test(everything, webhook.id)).toMatchObject({ status: 404 });
    expect(await row(webhook.id)).toMatchObject({ lastSeq: 0, failures: 0, pausedAt: null });
  });

  it('rotates the secret, and both sign for a day', async () => {
    const { webhook, secret } = await newWebhook();
    const rotated = await server.services.webhooks.rotate(everything, webhook.id);
    expect(rotated.secret).not.toBe(secret);
    await server.services.webhooks.test(everything, webhook.id);
    const { body, headers } = receiver.received[0]!;
    for (const one of [secret, rotated.secret]) new Webhook(one).verify(body, headers as Record<string, string>);
    await database.dataSource.query(`UPDATE webhook SET earlier_until = now() - interval '1 second'`);
    await server.services.webhooks.test(everything, webhook.id);
    const later = receiver.received[1]!;
    expect(() => new Webhook(secret).verify(later.body, later.headers as Record<string, string>)).toThrow();
  });

  it('deletes it while it is told something, and nothing is left of it', async () => {
    const { webhook, change } = await newWebhook();
    receiver.next.push(hangs);
    dispatch();
    await change();
    await receiver.count(1);
    await server.services.webhooks.remove(everything, webhook.id);
    await Promise.all(dispatchers.splice(0).map((dispatcher) => dispatcher.stop()));
    expect(await database.dataSource.query('SELECT FROM webhook_delivery')).toEqual([]);
  });
});

describe('private addresses', () => {
  it.each([
    'https://127.0.0.1/',
    'https://10.1.2.3/',
    'https://[::1]/',
    'https://[::ffff:192.168.0.1]/',
    'https://169.254.169.254/latest/meta-data',
    'https://0x7f000001/',
    'https://2130706433/',
    'http://example.com/',
    'ftp://example.com/',
    'https://user:secret@example.com/',
    'nonsense',
  ])('are refused: %s', async (url) => {
    const strict = await startTestServer(database.dataSource);
    const project = await strict.services.projects.create({ name: uuid() });
    const made = strict.services.webhooks.create(everything, { projectId: project.id, name: 'MES', url });
    await expect(made).rejects.toMatchObject({ problems: [{ code: 'BAD_USER_INPUT', field: ['input', 'url'] }] });
    await strict.stop();
  });

  it('are not told anything once they are not allowed any more, nor by a name that leads to them', async () => {
    const { webhook, change } = await newWebhook();
    dispatch([], false);
    await change();
    expect((await paused(webhook.id)).pauseReason).toContain('the address');
    const port = new URL(receiver.url).port;
    await database.dataSource.query(`UPDATE webhook SET url = $1, paused_at = NULL, due_at = now()`, [
      `https://localhost:${port}/hook`,
    ]);
    expect((await paused(webhook.id)).pauseReason).toContain('localhost leads to a private address');
    expect(receiver.received).toEqual([]);
  });
});
