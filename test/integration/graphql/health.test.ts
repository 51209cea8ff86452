import type { QueryRunner } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { useDatabase } from '../../support/database.js';
import { ask, startTestServer, type TestServer } from './testServer.js';

const database = useDatabase();
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(database.dataSource);
});
afterAll(() => server.stop());

async function readiness(): Promise<[number, Record<string, string>]> {
  const response = await fetch(`${server.url}/readyz`);
  const { checks } = (await response.json()) as { checks: Record<string, string> };
  return [response.status, checks];
}

const ok = { database: 'ok', migrations: 'ok', notifications: 'ok', process: 'ok' };

it('is ready', async () => {
  expect(await readiness()).toEqual([200, ok]);
});

it('is not ready while a migration is missing, and names it', async () => {
  const rows = await database.dataSource.query<{ name: string }[]>(
    'SELECT name FROM migrations ORDER BY timestamp DESC LIMIT 1',
  );
  const { name } = rows[0]!;
  await database.dataSource.query('CREATE TABLE kept AS SELECT * FROM migrations');
  await database.dataSource.query('DELETE FROM migrations WHERE name = $1', [name]);
  expect(await readiness()).toEqual([503, { ...ok, migrations: `not executed: ${name}` }]);
  await database.dataSource.query('INSERT INTO migrations SELECT * FROM kept WHERE name = $1', [name]);
  expect(await readiness()).toEqual([200, ok]);
});

it('is not ready without the connection for notifications', async () => {
  await server.signals.stop();
  expect(await readiness()).toEqual([503, { ...ok, notifications: 'not connected' }]);
  await server.signals.start();
  expect(await readiness()).toEqual([200, ok]);
});

it('while every connection is held: not ready within 3 s, alive, and SERVICE_UNAVAILABLE within 6 s', async () => {
  const held: QueryRunner[] = [];
  for (let i = 0; i < 8; i++) {
    const runner = database.dataSource.createQueryRunner();
    await runner.connect();
    held.push(runner);
  }
  const began = performance.now();
  const answer = ask(server.url, '{ datasets(first: 1) { nodes { id } } }');
  expect(await readiness()).toEqual([503, { ...ok, database: 'does not answer', migrations: 'unknown' }]);
  expect(performance.now() - began).toBeLessThan(3_000);
  expect((await fetch(`${server.url}/livez`)).status).toBe(200);
  expect((await answer).codes).toEqual(['SERVICE_UNAVAILABLE']);
  const upload = await fetch(`${server.url}/uploads/00000000-0000-7000-8000-000000000000`, {
    method: 'PUT',
    body: 'x',
  });
  expect(upload.status).toBe(503);
  expect(await upload.json()).toMatchObject({ errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] });
  expect(performance.now() - began).toBeLessThan(12_000);
  await Promise.all(held.map((runner) => runner.release()));
  expect((await ask(server.url, '{ datasets(first: 1) { nodes { id } } }')).codes).toEqual([]);
  expect(await readiness()).toEqual([200, ok]);
});
