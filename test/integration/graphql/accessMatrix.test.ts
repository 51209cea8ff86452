import { readFileSync } from 'node:fs';
import { Kind, OperationTypeNode, type FieldNode } from 'graphql';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  everything,
  localPrincipal,
  permissions,
  projectPermissions,
  roles,
  tokenPresetNames,
  tokenPresets,
} from '../../../src/access/index.js';
import { StudyEntity } from '../../../src/database/entities/index.js';
import { encodeGlobalId, plainRoutes } from '../../../src/graphql/index.js';
import { fillPlaceholders, readApiExamples, type ApiExample } from '../../support/apiExamples.js';
import { useDatabase } from '../../support/database.js';
import { from, KnownPeople } from '../../support/knownPeople.js';
import { RegistrySetting } from './registrySetting.js';
import { SocketClient } from './socketClient.js';
import { startTestServer, type GraphqlAnswer, type TestServer } from './testServer.js';

/** docs/access.md, as somebody who has nothing else would read it. */
const rows = readFileSync('docs/access.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| .* \|$/.test(line))
  .map((line) =>
    line
      .slice(2, -2)
      .split(' | ')
      .map((cell) => cell.trim()),
  );
const needs = new Map(
  rows
    .filter((cells) => cells.length === 2)
    .map(([what, needed]) => [what!.replaceAll('`', ''), needed!.split(' or ')]),
);
const roleTable = rows.filter(
  ([one, ...cells]) => cells.length === roles.length && projectPermissions.some((known) => known === one),
);

/** Presets of tokens, with the operations and routes that the document names for them. */
const presetTable = rows.filter(
  ([one, ...cells]) => cells.length === 2 && tokenPresetNames.some((known) => known === one),
);

/** What each of those who ask has; undefined for whoever has no business in the project. */
const rights = new Map<string, readonly string[] | undefined>([
  ['local', permissions],
  ...roles.map((role, i) => [role, roleTable.filter((cells) => cells[i + 1] !== '').map(([one]) => one!)] as const),
  ...projectPermissions.map((one) => [`token-${one}`, one === 'MEMBERS' ? [] : [one]] as const),
  ...presetTable.map(([name, own]) => [`preset-${name}`, own!.split(', ')] as const),
  ['stranger', undefined],
]);

const database = useDatabase();
const examples = await readApiExamples();
let server: TestServer;
let registry: RegistrySetting;
let own = '';
const ids: Record<string, string> = {};

const scored = [
  { filename: 'a.png', label: 'NORMAL', score: 0.1 },
  { filename: 'b.png', label: 'ANOMALOUS', defectType: 'pit', score: 0.9 },
] as const;

beforeAll(async () => {
  const people = new KnownPeople(database.dataSource);
  server = await startTestServer(database.dataSource, {}, [], people);
  own = (await server.services.projects.create({ name: 'own' })).id;
  const other = (await server.services.projects.create({ name: 'other' })).id;
  registry = await new RegistrySetting(database.dataSource, server.services).prepare('tiles', scored, own);
  const version = await registry.version('tiles');
  const [image] = (await server.services.images.page(everything, registry.datasetId, {}, { first: 1 })).nodes;
  const evaluation = encodeGlobalId('Evaluation', await registry.evaluation(version.id, scored));
  const work = { imageId: image!.id, kind: 'BOX', purpose: 'LABEL' } as const;
  const session = await server.services.labelSessions.open(everything, localPrincipal, work);
  const boxes = { imageId: image!.id, expectedRevision: 0, boxes: [] };
  const label = await server.services.annotations.saveBoxes(everything, boxes);
  const study = await database.dataSource.manager.save(
    database.dataSource.manager.create(StudyEntity, {
      ...{ id: uuid(), datasetId: registry.datasetId, name: 'hands', kinds: ['BOX'], seed: 0 },
    }),
  );
  const pawn = await people.person('pawn', { [own]: 'VIEWER' });
  Object.assign(ids, {
    project: encodeGlobalId('Project', own),
    dataset: encodeGlobalId('Dataset', registry.datasetId),
    snapshot: encodeGlobalId('Snapshot', registry.snapshotId),
    image: encodeGlobalId('Image', image!.id),
    modelVersion: encodeGlobalId('ModelVersion', version.id),
    model: encodeGlobalId('Model', version.modelId),
    run: encodeGlobalId('TrainingRun', version.trainingRunId),
    ...{ evaluation, export: evaluation, import: evaluation, prediction: evaluation },
    session: encodeGlobalId('LabelSession', session.id),
    study: encodeGlobalId('Study', study.id),
    trial: encodeGlobalId('StudyTrial', uuid()),
    annotation: encodeGlobalId('BoxAnnotation', label.annotation.id),
    upload: encodeGlobalId('Upload', uuid()),
    token: encodeGlobalId('AccessToken', uuid()),
    principal: encodeGlobalId('Principal', pawn.id),
    webhook: await newWebhook(),
    sink: await newSink(),
    source: await newSource(),
    station: await newStation('press-0', version),
  });
  people.add(localPrincipal);
  for (const role of roles) await people.person(role, { [own]: role });
  await people.person('stranger', { [other]: 'OWNER' });
  for (const one of projectPermissions) people.service(`token-${one}`, { permissions: [one], projects: [own] });
  for (const one of tokenPresetNames) {
    people.service(`preset-${one}`, { permissions: tokenPresets[one], projects: [own] });
  }
});
afterAll(() => server.stop());

/** Things to delete, so that what others are asked about stays. */
const fresh: Record<string, () => Promise<string>> = {
  deleteDataset: async () => encodeGlobalId('Dataset', (await newDataset()).id),
  deleteSnapshot: async () => {
    const snapshot = await server.services.snapshots.create(everything, { datasetId: (await newDataset()).id });
    return encodeGlobalId('Snapshot', snapshot.id);
  },
  deleteStudy: async () => {
    const id = uuid();
    await database.dataSource.manager.insert(StudyEntity, {
      ...{ id, datasetId: registry.datasetId, name: 'hands', kinds: ['BOX'], seed: 0 },
    });
    return encodeGlobalId('Study', id);
  },
  deleteModel: async () => encodeGlobalId('Model', (await registry.version(uuid())).modelId),
  deleteModelVersion: async () => encodeGlobalId('ModelVersion', (await registry.version(uuid())).id),
};

/** One that nobody takes messages of: its name leads to this machine, which is refused. */
async function newWebhook(): Promise<string> {
  const given = { projectId: own, name: 'MES', url: 'https://localhost/hook' };
  return encodeGlobalId('Webhook', (await server.services.webhooks.create(everything, given)).webhook.id);
}

/** One that is told nothing: nobody dispatches here. */
async function newSink(): Promise<string> {
  const plugin = { id: 'mqtt', params: { url: 'mqtts://localhost' } };
  const made = await server.services.sinks.create(everything, { projectId: own, name: 'PLC', plugin });
  return encodeGlobalId('Sink', made.id);
}

/** The alias of its model is set where it is missing. */
async function newStation(
  name: string,
  { id: modelVersionId, modelId }: { id: string; modelId: string },
): Promise<string> {
  await server.services.modelAliases.set(everything, { modelVersionId, alias: 'champion' });
  const made = await server.services.stations.create(everything, { projectId: own, name, modelId, alias: 'champion' });
  return encodeGlobalId('Station', made.id);
}

/** One that nobody looks at: no worker is here. */
async function newSource(): Promise<string> {
  const plugin = { id: 'folder', params: { path: 'camera' } };
  const made = await server.services.sources.create(everything, {
    datasetId: registry.datasetId,
    name: 'camera',
    plugin,
  });
  return encodeGlobalId('Source', made.id);
}

function newDataset() {
  return server.services.datasets.create(everything, { name: uuid(), projectId: own });
}

/** The variables of an example, about things of the first project. */
async function variablesOf({ variables }: ApiExample, field: string, isAllowed: boolean) {
  const filled = fillPlaceholders(variables, (placeholder) => {
    const parts = placeholder.split('.');
    if (parts.length === 1)
      return { bytes: 1, bundleBytes: 1, email: 'pawn@example.com' }[placeholder] ?? 'c'.repeat(64);
    if (parts.at(-1) === 'counts') return 'P1';
    const found = ids[/images|image/.test(parts.at(-2)!) || /^\d+$/.test(parts.at(-2)!) ? 'image' : parts.at(-2)!];
    expect(found, placeholder).toBeDefined();
    return found;
  }) as { input?: Record<string, unknown> };
  const input = filled.input ?? {};
  // From a folder of the server it needs ADMIN: told elsewhere.
  if (field === 'importDataset') Object.assign(input, { path: undefined, uploadId: ids['upload'] });
  // The project stays as it is for those who ask next.
  if (field === 'updateProject') Object.assign(input, { name: 'own', engineersMayRelease: undefined });
  if (field === 'archiveProject') input['archived'] = false;
  // The answer of a worker is no matter of access.
  if (field === 'predict') Object.assign(input, { imageId: undefined, uploadId: ids['upload'] });
  if (isAllowed && field === 'deleteWebhook') input['webhookId'] = await newWebhook();
  // Nor is that of a sink, for which a worker is asked.
  if (isAllowed && field === 'testSink') input['sinkId'] = encodeGlobalId('Sink', uuid());
  // What lies on the server needs ADMIN: told elsewhere.
  if (field === 'createSource') input['plugin'] = { name: 'nothing' };
  if (isAllowed && field === 'deleteSource') input['sourceId'] = await newSource();
  if (field === 'createStation') input['name'] = uuid();
  if (isAllowed && field === 'deleteStation')
    input['stationId'] = await newStation(uuid(), await registry.version(uuid()));
  if (isAllowed && field === 'deleteSink') input['sinkId'] = await newSink();
  if (isAllowed && fresh[field]) input['id'] = await fresh[field]();
  return filled;
}

interface Outcome {
  /** Of the operation itself. */
  codes: string[];
  data: unknown;
}

function outcomeOf({ data, errors = [] }: GraphqlAnswer): Outcome {
  expect(errors.filter(({ extensions }) => extensions.code === 'INTERNAL_SERVER_ERROR')).toEqual([]);
  const problems = Object.values(data ?? {}).flatMap(
    (answer) => (answer as { userErrors?: { code: string }[] } | null)?.userErrors ?? [],
  );
  // What a token may do and not read is refused below the root, field by field.
  const ofRoot = errors.filter(({ path = [] }) => path.length < 2);
  return { data, codes: [...ofRoot.map(({ extensions }) => extensions.code), ...problems.map(({ code }) => code)] };
}

async function overHttp(who: string, query: string, variables: object): Promise<Outcome> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...from(who) },
    body: JSON.stringify({ query, variables }),
  });
  return outcomeOf((await response.json()) as GraphqlAnswer);
}

async function overWebSocket(socket: SocketClient, query: string, variables: object): Promise<Outcome> {
  const id = uuid();
  socket.send({ id, type: 'subscribe', payload: { query, variables } });
  const { type, payload } = await socket.next((message) => message.id === id);
  socket.send({ id, type: 'complete' });
  return outcomeOf(type === 'error' ? { errors: payload as never } : (payload ?? {}));
}

const operations = examples.map((example) => {
  const { operation } = example;
  const field = (operation.selectionSet.selections.find(({ kind }) => kind === Kind.FIELD) as FieldNode).name.value;
  // Whoever is not meant oneself is taken out by those who care for members.
  const needed = field === 'removeMember' ? ['MEMBERS'] : needs.get(`${operation.operation} ${field}`);
  return { example, field, needed };
});

/** Of tokens and sessions everybody manages their own, and the audit log shows what one may audit: their own tests say how. */
const ofOneself = ['auditEvents', 'tokens', 'createToken', 'rotateToken', 'revokeToken', 'endSession'];

/** What opens to nobody who came with a token. */
const ofPeople = ['createToken', 'rotateToken', 'revokeToken', 'endSession', 'createProject', 'inviteMember'];

describe('docs/access.md', () => {
  it('has a row for every operation of docs/api-examples.graphql and every role', () => {
    expect(operations.filter(({ needed }) => !needed).map(({ field }) => field)).toEqual([]);
    expect(roleTable.map(([one]) => one)).toEqual([...projectPermissions]);
    expect(Object.keys(plainRoutes).filter((route) => !needs.has(route))).toEqual([]);
    expect(presetTable.map(([one]) => one)).toEqual([...tokenPresetNames]);
  });

  it.each([
    ['PREDICT', ['createUpload', 'predict', 'predictDataset'], 9],
    ['INGEST', ['addImages', 'createUpload'], 1],
  ] as const)('lets a token of the preset %s do %s, and nothing else', (preset, fields, routes) => {
    const named = presetTable
      .find(([one]) => one === preset)![2]!
      .replaceAll('`', '')
      .split(', ');
    expect(named.filter((one) => !one.includes(' ')).sort()).toEqual(fields);
    const [own] = rights.get(`preset-${preset}`)!;
    const open = [...needs].filter(
      ([what, needed]) => needed.includes(own!) && /^(query|mutation|subscription) /.test(what),
    );
    expect(open.map(([what]) => what.split(' ')[1]!).sort()).toEqual(fields);
    expect(named.filter((one) => one.includes(' '))).toHaveLength(routes);
    expect(named.filter((one) => one.includes(' '))).toEqual(
      Object.keys(plainRoutes).filter((route) => needs.get(route)!.includes(own!)),
    );
  });

  it.each(tokenPresetNames)('lets no token of the preset %s manage people, tokens or sessions', async (preset) => {
    const socket = await SocketClient.connect(server.url, { authorization: `Bearer preset-${preset}` });
    for (const field of ofPeople) {
      const { example } = operations.find((one) => one.field === field)!;
      const variables = await variablesOf(example, field, false);
      if (field === 'endSession') variables.input = { sessionId: encodeGlobalId('Session', uuid()) };
      const answers = [
        await overHttp(`preset-${preset}`, example.text, variables),
        await overWebSocket(socket, example.text, variables),
      ];
      for (const { codes } of answers) expect(codes, field).toEqual(['FORBIDDEN']);
    }
    socket.socket.close();
  });

  it.each([...rights.keys()])('is what %s meets over HTTP and WebSocket', { timeout: 300_000 }, async (who) => {
    const socket = await SocketClient.connect(server.url, { authorization: `Bearer ${who}` });
    for (const { example, field, needed } of operations) {
      const has = rights.get(who);
      const isAllowed = needed![0] === 'to be known' || needed!.some((one) => has?.includes(one));
      const isSubscription = example.operation.operation === OperationTypeNode.SUBSCRIPTION;
      const transports = [
        ...(isSubscription ? [] : [(variables: object) => overHttp(who, example.text, variables)]),
        (variables: object) => overWebSocket(socket, example.text, variables),
      ];
      for (const ask of transports) {
        const { codes, data } = await ask(await variablesOf(example, field, isAllowed));
        const told = `${who}: ${example.name} ${JSON.stringify(codes)}`;
        if (who === 'stranger') {
          const seen = JSON.stringify(data ?? null);
          expect(
            Object.values(ids).filter((id) => seen.includes(id)),
            told,
          ).toEqual([]);
          if (
            JSON.stringify(example.variables).includes('.id>') &&
            example.operation.operation === OperationTypeNode.MUTATION
          )
            expect(codes.length, told).toBeGreaterThan(0);
        } else if (!ofOneself.includes(field)) expect(codes.includes('FORBIDDEN'), told).toBe(!isAllowed);
      }
    }
    socket.socket.close();
  });

  it('lets nobody in whom it does not know', async () => {
    for (const { example } of operations) {
      expect((await overHttp('nobody', example.text, {})).codes).toEqual(['UNAUTHENTICATED']);
    }
    const socket = await SocketClient.open(server.url);
    socket.send({ type: 'connection_init', payload: { authorization: 'Bearer nobody' } });
    expect(await socket.closed).toMatchObject({ code: 4403 });
  });

  it.each(Object.keys(plainRoutes))('%s', async (route) => {
    const [method, pattern] = route.split(' ') as [string, string];
    const values: Record<string, string> = {
      project: 'own',
      name: 'tiles',
      station: 'press-0',
      version: '1',
      sha256: 'c'.repeat(64),
      id: uuid(),
    };
    const path = pattern.replaceAll(/:(\w+)/g, (_, name: string) => values[name]!);
    const status = async (who: string) => {
      const headers = { ...from(who), 'content-type': 'image/png' };
      const body = method === 'GET' ? null : new Uint8Array([1]);
      return (await fetch(`${server.url}${path}`, { method, headers, body })).status;
    };
    expect(await status('nobody')).toBe(401);
    const needed = needs.get(route)!;
    for (const [who, has] of rights) {
      const isAllowed = has === undefined || needed[0] === 'to be known' || needed.some((one) => has.includes(one));
      const found = await status(who);
      expect([401, 500], `${who}: ${route}`).not.toContain(found);
      expect(found === 403, `${who}: ${route} ${found}`).toBe(!isAllowed);
      if (who === 'stranger' && pattern.includes('/:')) expect(found, route).toBe(404);
    }
  });
});
