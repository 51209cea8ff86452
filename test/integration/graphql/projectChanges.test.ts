import { createClient } from 'graphql-ws';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { everything } from '../../../src/access/index.js';
import { encodeGlobalId } from '../../../src/graphql/index.js';
import { useDatabase } from '../../support/database.js';
import { KnownPeople } from '../../support/knownPeople.js';
import { codesOf, SocketClient } from './socketClient.js';
import { ask, startTestServer, type TestServer } from './testServer.js';

const database = useDatabase();
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(database.dataSource);
});
afterAll(() => server.stop());

interface Change {
  cursor: string;
  seq: number;
  kind: string;
  ids: string[];
}

const subscription = `subscription($projectId: ID!, $after: String, $kinds: [ProjectChangeKind!]) {
  projectChanges(projectId: $projectId, after: $after, kinds: $kinds) { cursor seq kind ids }
}`;

async function newProject() {
  const { id } = await server.services.projects.create({ name: uuid() });
  return { uuid: id, id: encodeGlobalId('Project', id) };
}

function newDataset(projectId: string, of = server) {
  return of.services.datasets.create(everything, { name: uuid(), projectId });
}

/** Changes over WebSocket, until `enough` of them came or the server went away. */
async function follow(
  url: string,
  variables: { projectId: string; after?: string | undefined; kinds?: string[] },
  enough: number,
  onChange: (change: Change) => void = () => undefined,
): Promise<Change[]> {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const seen: Change[] = [];
  try {
    for await (const { data } of client.iterate<{ projectChanges: Change }>({ query: subscription, variables })) {
      seen.push(data!.projectChanges);
      onChange(data!.projectChanges);
      if (seen.length === enough) break;
    }
  } catch {
    // The server went away: the caller comes back with the last cursor.
  }
  await client.dispose();
  return seen;
}

it('replays, follows and ends over restarts of the API, with nothing missing and nothing twice', async () => {
  const project = await newProject();
  const wanted = 30;
  const writing = (async () => {
    for (let i = 0; i < wanted; i++) await newDataset(project.uuid);
  })();
  const seen: Change[] = [];
  while (seen.length < wanted) {
    const other = await startTestServer(database.dataSource);
    const from = seen.length;
    let stopping: Promise<void> | undefined;
    const stopEarly = ({ seq }: Change) => {
      if (seq >= from + 7) stopping ??= other.stop();
    };
    const variables = { projectId: project.id, after: seen.at(-1)?.cursor };
    seen.push(...(await follow(other.url, variables, wanted - from, stopEarly)));
    await (stopping ?? other.stop());
  }
  await writing;
  expect(seen.map(({ seq }) => seq)).toEqual(Array.from({ length: wanted }, (_, i) => i + 1));
  const page = await ask<{ projectChanges: { nodes: Change[]; totalCount: number } }>(
    server.url,
    'query($id: ID!) { projectChanges(projectId: $id, last: 2) { totalCount nodes { cursor seq kind ids } } }',
    { id: project.id },
  );
  expect(page.data.projectChanges).toEqual({ totalCount: wanted, nodes: seen.slice(-2) });
});

it('sends the kinds asked for alone, under cursors that serve for all', async () => {
  const project = await newProject();
  const dataset = await newDataset(project.uuid);
  await server.services.datasets.remove(everything, dataset.id);
  const again = await newDataset(project.uuid);
  const kinds = ['DATASET_DELETED'];
  const [gone] = await follow(server.url, { projectId: project.id, kinds }, 1);
  expect(gone).toMatchObject({ seq: 2, ids: [encodeGlobalId('Dataset', dataset.id)] });
  const [next] = await follow(server.url, { projectId: project.id, after: gone!.cursor }, 1);
  expect(next).toMatchObject({ seq: 3, ids: [encodeGlobalId('Dataset', again.id)] });
});

it('refuses cursors of another project, beyond the end and of no kind, and what is no project', async () => {
  const [one, other] = [await newProject(), await newProject()];
  await newDataset(one.uuid);
  const cursor = (project: { uuid: string }, seq: unknown) =>
    Buffer.from(JSON.stringify([`projectChanges:${project.uuid}`, seq])).toString('base64url');
  const client = await SocketClient.connect(server.url);
  for (const [i, after] of [cursor(one, 2), cursor(other, 1), cursor(one, 0.5), 'nonsense', ''].entries()) {
    client.subscribe(`s${i}`, subscription, { projectId: one.id, after });
    expect(codesOf(await client.next(({ id }) => id === `s${i}`))).toEqual(['CURSOR_INVALID']);
    const page = 'query($id: ID!, $after: String) { projectChanges(projectId: $id, after: $after) { totalCount } }';
    expect((await ask(server.url, page, { id: one.id, after })).codes).toEqual(['CURSOR_INVALID']);
  }
  for (const projectId of [encodeGlobalId('Project', uuid()), encodeGlobalId('Dataset', one.uuid)]) {
    client.subscribe(projectId, subscription, { projectId });
    expect(codesOf(await client.next(({ id }) => id === projectId))).toEqual(['NOT_FOUND']);
  }
  client.close();
});

it('ends with FORBIDDEN for who lost the right to read, before the next change', async () => {
  const people = new KnownPeople(database.dataSource);
  const guarded = await startTestServer(database.dataSource, {}, [], people);
  const project = await newProject();
  const pawn = await people.person('pawn', { [project.uuid]: 'VIEWER' });
  await newDataset(project.uuid);
  const client = await SocketClient.connect(guarded.url, { authorization: 'Bearer pawn' });
  client.subscribe('1', subscription, { projectId: project.id });
  expect(await client.next(({ id }) => id === '1')).toMatchObject({ type: 'next' });
  await guarded.services.members.remove(everything, { projectId: project.uuid, principalId: pawn.id });
  const end = await client.next(({ id, type }) => id === '1' && type === 'error');
  expect(codesOf(end)).toEqual(['FORBIDDEN']);
  await newDataset(project.uuid);
  client.subscribe('2', subscription, { projectId: project.id });
  expect(codesOf(await client.next(({ id }) => id === '2'))).toEqual(['NOT_FOUND']);
  expect(client.received.filter(({ id, type }) => id === '1' && type === 'next')).toHaveLength(1);
  client.close();
  await guarded.stop();
});
