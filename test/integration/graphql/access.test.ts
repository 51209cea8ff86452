import { once } from 'node:events';
import { Ctx, Extensions, Field, ObjectType, Query, Resolver } from 'type-graphql';
import { v4, v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessNet } from '../../../src/access/accessNet.js';
import { everything, permissions, projectPermissions, roles, type Grant } from '../../../src/access/index.js';
import { may } from '../../../src/graphql/access/access.js';
import type { GraphqlContext } from '../../../src/graphql/context.js';
import { Dataset } from '../../../src/graphql/dataset/dataset.type.js';
import { buildSchema, encodeGlobalId } from '../../../src/graphql/index.js';
import { useDatabase } from '../../support/database.js';
import { from, KnownPeople } from '../../support/knownPeople.js';
import { RegistrySetting } from './registrySetting.js';
import { SocketClient } from './socketClient.js';
import { startTestServer, type GraphqlAnswer, type TestServer } from './testServer.js';

/** Gives out whatever data set was made first, whoever asks: what a service without a scope would do. */
@Resolver()
class LeakyResolver {
  @Extensions(may('READ'))
  @Query(() => Dataset, { nullable: true, description: 'A data set that leaks out of its project.' })
  async leak(@Ctx() { services }: GraphqlContext) {
    return (await services.datasets.page(everything, { first: 1 })).nodes[0];
  }
}

const database = useDatabase();
let server: TestServer;
let people: KnownPeople;
/** The project that is asked about, and one whose owner is a stranger to the first. */
let [own, other] = ['', ''];
/** Ids of one of each kind in the first project. */
const ids: Record<string, string> = {};

const scored = [
  { filename: 'a.png', label: 'NORMAL', score: 0.1 },
  { filename: 'b.png', label: 'ANOMALOUS', defectType: 'pit', score: 0.9 },
] as const;

beforeAll(async () => {
  people = new KnownPeople(database.dataSource);
  server = await startTestServer(database.dataSource, {}, [LeakyResolver], people);
  const { services } = server;
  own = (await services.projects.create({ name: 'own' })).id;
  other = (await services.projects.create({ name: 'other' })).id;
  const registry = await new RegistrySetting(database.dataSource, services).prepare('tiles', scored, own);
  const version = await registry.version('tiles');
  const evaluation = await registry.evaluation(version.id, scored);
  const [image] = (await services.images.page(everything, registry.datasetId, { label: 'ANOMALOUS' }, { first: 1 }))
    .nodes;
  const boxes = { imageId: image!.id, expectedRevision: 0, boxes: [{ x: 1, y: 1, width: 9, height: 9 }] };
  const { annotation } = await services.annotations.saveBoxes(everything, boxes);
  const upload = await services.uploads.create(everything, {
    ...{ filename: 'x.png', bytes: 9, sha256: 'b'.repeat(64), contentType: 'image/png', projectId: own },
  });
  Object.assign(ids, {
    Project: own,
    Dataset: registry.datasetId,
    Image: image!.id,
    Snapshot: registry.snapshotId,
    Model: version.modelId,
    ModelVersion: version.id,
    TrainingRun: version.trainingRunId,
    Evaluation: evaluation,
    BoxAnnotation: annotation.id,
    Upload: upload.id,
  });
  await services.datasets.create(everything, { name: 'tiles', projectId: other });
  for (const role of roles) await people.person(role, { [own]: role });
  await people.person('stranger', { [other]: 'OWNER' });
  await people.person('both', { [own]: 'VIEWER', [other]: 'VIEWER' });
  await people.person('nobody-yet', {});
  const one = (...of: Grant['permissions']): Grant => ({ permissions: of, projects: [own] });
  people.service('plc', one('PREDICT'));
  people.service('camera', one('CURATE'));
  await people.person('reading', { [own]: 'OWNER' }, one('READ'));
  await people.person('everything', { [own]: 'OWNER' }, { permissions, projects: 'all' });
});
afterAll(() => server.stop());

const idOf = (noun: string) => encodeGlobalId(noun, ids[noun]!);
const mutation = (field: string, type: string) =>
  `mutation ($input: ${type}!) { ${field}(input: $input) { userErrors { code message field } } }`;

async function ask(who: string, query: string, variables: object = {}) {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...from(who) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors = [] } = (await response.json()) as GraphqlAnswer;
  return { data, errors, codes: errors.map(({ extensions }) => extensions.code) };
}

/** Codes and texts of what a mutation reports. */
async function problemsOf(who: string, field: string, type: string, input: object) {
  const { data, errors } = await ask(who, mutation(field, type), { input });
  expect(errors).toEqual([]);
  return (data![field] as { userErrors: { code: string; message: string }[] }).userErrors;
}

describe('what one may not see', () => {
  it('does not exist for a stranger, of whatever kind it is', async () => {
    for (const noun of Object.keys(ids)) {
      const query = `query ($id: ID!) { node(id: $id) { __typename id } }`;
      expect((await ask('VIEWER', query, { id: idOf(noun) })).data, noun).toMatchObject({ node: { __typename: noun } });
      for (const who of ['stranger', 'nobody-yet']) {
        expect(await ask(who, query, { id: idOf(noun) }), noun).toMatchObject({ data: { node: null }, errors: [] });
      }
    }
  });

  it('is in no list, total or name', async () => {
    const lists = `{ projects { totalCount nodes { name } } datasets { totalCount nodes { id } } models { totalCount }
      jobs { totalCount } model(name: "tiles") { id } modelVersion(model: "tiles", version: "1") { id } }`;
    const { data, errors } = await ask('stranger', lists);
    expect(errors).toEqual([]);
    expect(data).toMatchObject({
      projects: { totalCount: 1, nodes: [{ name: 'other' }] },
      ...{ datasets: { totalCount: 1 }, models: { totalCount: 0 }, jobs: { totalCount: 0 } },
      ...{ model: null, modelVersion: null },
    });
    expect((await ask('VIEWER', lists)).data).toMatchObject({
      ...{
        projects: { totalCount: 1 },
        datasets: { totalCount: 1 },
        models: { totalCount: 1 },
        jobs: { totalCount: 2 },
      },
      modelVersion: { id: idOf('ModelVersion') },
    });
    expect((await ask('nobody-yet', lists)).data).toMatchObject({
      projects: { totalCount: 0 },
      jobs: { totalCount: 0 },
    });
  });

  it('is refused with the words of an id that never was', async () => {
    const tries: [string, string, string, string, object][] = [
      ['deleteDataset', 'DeleteDatasetInput', 'id', 'Dataset', {}],
      ['createSnapshot', 'CreateSnapshotInput', 'datasetId', 'Dataset', {}],
      ['deleteSnapshot', 'DeleteSnapshotInput', 'id', 'Snapshot', {}],
      ['saveBoxAnnotation', 'SaveBoxAnnotationInput', 'imageId', 'Image', { expectedRevision: 1, boxes: [] }],
      ['deleteModel', 'DeleteModelInput', 'id', 'Model', {}],
      ['deleteModelVersion', 'DeleteModelVersionInput', 'id', 'ModelVersion', {}],
      ['setModelAlias', 'SetModelAliasInput', 'modelVersionId', 'ModelVersion', { alias: 'champion' }],
      ['setModelVersionTags', 'SetModelVersionTagsInput', 'modelVersionId', 'ModelVersion', { tags: [] }],
      ['exportModel', 'ExportModelInput', 'modelVersionId', 'ModelVersion', { format: 'bundle' }],
      ['exportDataset', 'ExportDatasetInput', 'snapshotId', 'Snapshot', { format: 'coco' }],
      ['cancelJob', 'JobInput', 'id', 'TrainingRun', {}],
      ['retryJob', 'JobInput', 'id', 'TrainingRun', {}],
      ['deleteJob', 'JobInput', 'id', 'Evaluation', {}],
      ['updateProject', 'UpdateProjectInput', 'id', 'Project', { name: 'x' }],
      ['deleteProject', 'DeleteProjectInput', 'id', 'Project', {}],
    ];
    for (const [field, type, name, noun, more] of tries) {
      const said = async (uuidOfThing: string) => {
        const input = { ...more, [name]: encodeGlobalId(noun, uuidOfThing) };
        const problems = await problemsOf('stranger', field, type, input);
        return problems.map(({ code, message }) => [code, message.replaceAll(uuidOfThing, '…')]);
      };
      const ofForeign = await said(ids[noun]!);
      expect(ofForeign[0]?.[0], field).toBe('NOT_FOUND');
      expect(ofForeign, field).toEqual(await said(uuid()));
    }
    const diff = `query ($a: ID!) { diffSnapshots(a: $a, b: $a) { identical } }`;
    expect((await ask('stranger', diff, { a: idOf('Snapshot') })).codes).toEqual(['NOT_FOUND']);
    const board = `query ($id: ID!) { leaderboard(snapshotId: $id) { evaluation { id } } }`;
    expect((await ask('VIEWER', board, { id: idOf('Snapshot') })).data).toMatchObject({ leaderboard: [{}] });
    expect((await ask('stranger', board, { id: idOf('Snapshot') })).data).toEqual({ leaderboard: [] });
  });

  it('gives no file away', async () => {
    const sha256 = (await server.blobs.put(Buffer.from('a picture'))).sha256;
    await database.dataSource.query(`UPDATE image SET sha256 = $1 WHERE id = $2`, [sha256, ids['Image']]);
    const status = async (who: string, path: string) =>
      (await fetch(`${server.url}${path}`, { headers: from(who) })).status;
    expect(await status('VIEWER', `/blobs/${sha256}`)).toBe(200);
    expect(await status('stranger', `/blobs/${sha256}`)).toBe(404);
    expect(await status('plc', `/blobs/${sha256}`)).toBe(403);
    expect(await status('stranger', `/images/${ids['Image']}/thumbnail`)).toBe(404);
    expect(await status('stranger', `/annotations/${ids['BoxAnnotation']}/mask`)).toBe(404);
    expect(await status('x', `/blobs/${sha256}`)).toBe(401);
  });
});

describe('what one sees and may not do', () => {
  it('is FORBIDDEN, and the refusal names the permission', async () => {
    const tries: [string, string, object, string, number][] = [
      ['deleteDataset', 'DeleteDatasetInput', { id: idOf('Dataset') }, 'DELETE', 4],
      ['createSnapshot', 'CreateSnapshotInput', { datasetId: idOf('Dataset') }, 'CURATE', 3],
      ['exportDataset', 'ExportDatasetInput', { snapshotId: idOf('Snapshot'), format: 'x' }, 'EXPORT', 3],
      ['cancelJob', 'JobInput', { id: idOf('TrainingRun') }, 'TRAIN', 3],
      ['updateProject', 'UpdateProjectInput', { id: idOf('Project') }, 'MEMBERS', 4],
    ];
    for (const [field, type, input, permission, least] of tries) {
      for (const [rank, role] of roles.entries()) {
        const codes = await problemsOf(role, field, type, input);
        if (rank >= least) expect(codes.map(({ code }) => code)).not.toContain('FORBIDDEN');
        else
          expect(codes, `${field} by ${role}`).toMatchObject([
            { code: 'FORBIDDEN', message: expect.stringContaining(permission) as string },
          ]);
        if (field === 'deleteDataset') expect(rank < least || codes[0]?.code).toBeTruthy();
      }
    }
  });

  it('is refused to tokens beyond what they say', async () => {
    expect((await ask('plc', '{ datasets { totalCount } }')).codes).toEqual(['FORBIDDEN']);
    expect((await ask('plc', `query ($id: ID!) { node(id: $id) { id } }`, { id: idOf('ModelVersion') })).codes).toEqual(
      ['FORBIDDEN'],
    );
    const snapshot = { datasetId: idOf('Dataset') };
    expect(await problemsOf('reading', 'createSnapshot', 'CreateSnapshotInput', snapshot)).toMatchObject([
      { code: 'FORBIDDEN' },
    ]);
    expect(await problemsOf('plc', 'createSnapshot', 'CreateSnapshotInput', snapshot)).toMatchObject([
      { code: 'FORBIDDEN' },
    ]);
    expect(await problemsOf('camera', 'createSnapshot', 'CreateSnapshotInput', snapshot)).toEqual([]);
    const rename = { id: idOf('Project'), name: 'taken over' };
    expect(await problemsOf('everything', 'updateProject', 'UpdateProjectInput', rename)).toMatchObject([
      { code: 'FORBIDDEN' },
    ]);
    expect(await problemsOf('OWNER', 'createProject', 'CreateProjectInput', { name: 'mine' })).toMatchObject([
      { code: 'FORBIDDEN' },
    ]);
  });

  it('keeps folders of the server to administrators', async () => {
    const input = { datasetId: idOf('Dataset'), format: 'mvtec', path: '/etc' };
    const refused = await problemsOf('OWNER', 'importDataset', 'ImportDatasetInput', input);
    expect(refused).toMatchObject([{ code: 'FORBIDDEN', message: expect.stringContaining('ADMIN') as string }]);
  });

  it('keeps uploads to those who announced them', async () => {
    const announce = `mutation ($input: CreateUploadInput!) { createUpload(input: $input) { upload { id url } userErrors { code } } }`;
    const input = {
      filename: 'x.png',
      bytes: 3,
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      contentType: 'image/png',
    };
    const { data } = await ask('camera', announce, { input });
    const { upload } = data!['createUpload'] as { upload: { url: string } };
    const send = async (who: string) =>
      (await fetch(upload.url, { method: 'PUT', headers: from(who), body: 'abc' })).status;
    expect(await send('ENGINEER')).toBe(404);
    expect(await send('stranger')).toBe(404);
    expect(await send('VIEWER')).toBe(403);
    expect(await send('camera')).toBe(204);
  });
});

describe('projects as tenants', () => {
  it('let names occur once in each, and ask which one is meant', async () => {
    const query = `query ($name: String!, $projectId: ID) { dataset(name: $name, projectId: $projectId) { project { name } } }`;
    expect((await ask('both', query, { name: 'tiles' })).codes).toEqual(['NAME_AMBIGUOUS']);
    const projectId = encodeGlobalId('Project', other);
    expect((await ask('both', query, { name: 'tiles', projectId })).data).toEqual({
      dataset: { project: { name: 'other' } },
    });
    expect((await ask('stranger', query, { name: 'tiles' })).data).toEqual({ dataset: { project: { name: 'other' } } });
    const taken = await problemsOf('stranger', 'createDataset', 'CreateDatasetInput', { name: 'tiles' });
    expect(taken).toMatchObject([{ code: 'NAME_TAKEN' }]);
  });

  it('let the same idempotency key stand for a job of each', async () => {
    const { services, queue } = server;
    const second = await services.projects.create({ name: `keys ${v4()}` });
    const start = (projectId: string) =>
      database.dataSource.transaction((manager) =>
        queue.enqueue(manager, { id: uuid(), projectId, kind: 'TRAINING', idempotencyKey: 'again', inputDigest: 'd' }),
      );
    const [first, again, elsewhere] = [await start(own), await start(own), await start(second.id)];
    expect(again.id).toBe(first.id);
    expect(elsewhere.id).not.toBe(first.id);
    await database.dataSource.query(`DELETE FROM job WHERE idempotency_key = 'again'`);
  });

  it('keep a model and the images it is measured on together', async () => {
    const dataset = await server.services.datasets.create(everything, { name: uuid(), projectId: other });
    await database.dataSource.query(
      `INSERT INTO image (id, dataset_id, filename, sha256, bytes, width, height, split, label)
       VALUES ($1, $2, 'x.png', 's', 1, 64, 64, 'TEST', 'NORMAL')`,
      [uuid(), dataset.id],
    );
    const { id: snapshotId } = await server.services.snapshots.create(everything, { datasetId: dataset.id });
    const modelVersionId = ids['ModelVersion']!;
    const apart = { code: 'BAD_USER_INPUT', message: expect.stringContaining('another project') as string };
    const { evaluations, datasetPredictions } = server.services;
    await expect(evaluations.start(everything, { modelVersionId, snapshotId })).rejects.toMatchObject(apart);
    await expect(datasetPredictions.start(everything, { modelVersionId, datasetId: dataset.id })).rejects.toMatchObject(
      apart,
    );
  });

  it('are put away, and deleted when they are empty', async () => {
    const { services } = server;
    const old = await services.projects.create({ name: 'old' });
    await services.projects.archive(everything, old.id, true);
    await expect(services.datasets.create(everything, { name: 'x', projectId: old.id })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await services.projects.archive(everything, old.id, false);
    const dataset = await services.datasets.create(everything, { name: 'x', projectId: old.id });
    await expect(services.projects.remove(everything, old.id)).rejects.toMatchObject({ code: 'CONFLICT' });
    await services.datasets.remove(everything, dataset.id);
    await services.projects.remove(everything, old.id);
    expect(await services.projects.byName(everything, 'old')).toBeNull();
    const usual = await services.projects.default();
    for (const refused of [
      () => services.projects.update(everything, usual.id, { name: 'unusual' }),
      () => services.projects.archive(everything, usual.id, true),
      () => services.projects.remove(everything, usual.id),
    ]) {
      await expect(refused()).rejects.toMatchObject({ code: 'CONFLICT' });
    }
  });
});

describe('members', () => {
  it('come, change and go, and a project keeps an owner', async () => {
    const { services } = server;
    const project = await services.projects.create({ name: 'club' });
    const ada = await people.person('ada', { [project.id]: 'OWNER' });
    const bob = await people.person('bob', {});
    const projectId = encodeGlobalId('Project', project.id);
    const of = ({ id }: { id: string }) => encodeGlobalId('Principal', id);
    const invite = (role: string, email = 'BOB@example.com') =>
      problemsOf('ada', 'inviteMember', 'InviteMemberInput', { projectId, email, role });
    expect(await invite('VIEWER')).toEqual([]);
    expect(await invite('OWNER')).toMatchObject([{ code: 'CONFLICT' }]);
    expect(await invite('VIEWER', 'unknown@example.com')).toMatchObject([{ code: 'NOT_FOUND' }]);
    const setRole = (who: string, whose: { id: string }, role: string) =>
      problemsOf(who, 'setMemberRole', 'SetMemberRoleInput', { projectId, principalId: of(whose), role });
    const remove = (who: string, whose: { id: string }) =>
      problemsOf(who, 'removeMember', 'RemoveMemberInput', { projectId, principalId: of(whose) });
    expect(await setRole('bob', bob, 'OWNER')).toMatchObject([{ code: 'FORBIDDEN' }]);
    expect(await remove('bob', ada)).toMatchObject([{ code: 'FORBIDDEN' }]);
    expect(await setRole('ada', ada, 'VIEWER')).toMatchObject([{ code: 'LAST_OWNER' }]);
    expect(await remove('ada', ada)).toMatchObject([{ code: 'LAST_OWNER' }]);
    expect(await setRole('ada', bob, 'OWNER')).toEqual([]);
    expect(await remove('ada', ada)).toEqual([]);
    expect(await remove('ada', bob)).toMatchObject([{ code: 'FORBIDDEN' }]);
    expect(await remove('bob', bob)).toMatchObject([{ code: 'LAST_OWNER' }]);
  });

  it('leave at once without leaving none', async () => {
    const project = await server.services.projects.create({ name: 'two owners' });
    const both = [
      await people.person('one', { [project.id]: 'OWNER' }),
      await people.person('two', { [project.id]: 'OWNER' }),
    ];
    const left = await Promise.allSettled(
      both.map(({ id }) => server.services.members.remove(everything, { projectId: project.id, principalId: id })),
    );
    expect(left.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('see what they may do, and addresses only when they care for members', async () => {
    const query = `query ($id: ID!) { viewer { principal { name kind } permissions memberships { role project { name } } }
      node(id: $id) { ... on Project { viewerCan members(first: 2) { nodes { role email principal { name } } totalCount } } } }`;
    const seen = async (who: string) =>
      (await ask(who, query, { id: idOf('Project') })).data as never as {
        viewer: object;
        node: { viewerCan: string[]; members: { nodes: { email: string | null }[]; totalCount: number } };
      };
    const owner = await seen('OWNER');
    expect(owner.viewer).toEqual({
      ...{ principal: { name: 'OWNER', kind: 'PERSON' }, permissions: [] },
      memberships: [{ role: 'OWNER', project: { name: 'own' } }],
    });
    expect(owner.node.viewerCan).toEqual(projectPermissions);
    expect(owner.node.members.nodes[0]!.email).toBe('VIEWER@example.com');
    const viewer = await seen('VIEWER');
    expect(viewer.node.viewerCan).toEqual(['READ']);
    expect(viewer.node.members.nodes.map(({ email }) => email)).toEqual([null, null]);
  });

  it('own the projects they make', async () => {
    const maker = await people.person('maker', {});
    people.add({ ...maker, mayCreateProjects: true });
    const create = `mutation ($input: CreateProjectInput!) { createProject(input: $input) { project { name viewerCan } userErrors { code } } }`;
    const { data, errors } = await ask('maker', create, { input: { name: 'made' } });
    expect(errors).toEqual([]);
    expect(data).toEqual({
      createProject: { project: { name: 'made', viewerCan: projectPermissions }, userErrors: [] },
    });
  });
});

describe('sockets', () => {
  const follow = `subscription ($jobId: ID!) { jobEvents(jobId: $jobId) { seq } }`;
  const connect = (who: string) => SocketClient.connect(server.url, { authorization: `Bearer ${who}` });

  async function runningJob(): Promise<string> {
    const jobId = uuid();
    await database.dataSource.transaction(async (manager) => {
      await server.queue.enqueue(manager, { id: jobId, projectId: own, kind: 'EVALUATION' });
      const { modelVersionId, snapshotId } = { modelVersionId: ids['ModelVersion']!, snapshotId: ids['Snapshot']! };
      await manager.query(
        `INSERT INTO evaluation (job_id, model_version_id, snapshot_id, split) VALUES ($1, $2, $3, 'TEST')`,
        [jobId, modelVersionId, snapshotId],
      );
    });
    return jobId;
  }

  it('follow nothing that may not be read', async () => {
    const jobId = encodeGlobalId('Evaluation', await runningJob());
    const socket = await connect('stranger');
    socket.send({ id: '1', type: 'subscribe', payload: { query: follow, variables: { jobId } } });
    const { payload } = await socket.next(({ type }) => type === 'next');
    expect(payload).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    socket.socket.close();
  });

  it('are closed when their token is revoked, and tell nothing after that', async () => {
    const id = await runningJob();
    await people.person('leaving', { [own]: 'VIEWER' });
    const [gone, staying] = [await connect('leaving'), await connect('VIEWER')];
    for (const socket of [gone, staying]) {
      socket.send({
        id: '1',
        type: 'subscribe',
        payload: { query: follow, variables: { jobId: encodeGlobalId('Evaluation', id) } },
      });
      await socket.next(({ type }) => type === 'next');
    }
    await people.revoke('leaving');
    const began = performance.now();
    expect(await gone.closed).toMatchObject({ code: 4403 });
    expect(performance.now() - began).toBeLessThan(2_000);
    const before = gone.received.length;
    await server.services.jobs.cancel(everything, id);
    await staying.next(({ type }) => type === 'complete');
    expect(gone.received).toHaveLength(before);
    staying.socket.close();
    await once(staying.socket, 'close');
  });

  it('lose a subscription with the role that opened it, and keep the others', async () => {
    const [id, elsewhere] = [await runningJob(), uuid()];
    await database.dataSource.transaction((manager) =>
      server.queue.enqueue(manager, { id: elsewhere, projectId: other, kind: 'EVALUATION' }),
    );
    const person = await people.person('demoted', { [own]: 'VIEWER', [other]: 'VIEWER' });
    const socket = await connect('demoted');
    for (const [name, job] of [
      ['own', id],
      ['other', elsewhere],
    ] as const) {
      const variables = { jobId: encodeGlobalId('Evaluation', job) };
      socket.send({ id: name, type: 'subscribe', payload: { query: follow, variables } });
      await socket.next(({ type, id: of }) => type === 'next' && of === name);
    }
    await server.services.members.remove(everything, { projectId: own, principalId: person.id });
    const refused = await socket.next(({ type }) => type === 'error');
    expect(refused).toMatchObject({ id: 'own', payload: [{ extensions: { code: 'FORBIDDEN' } }] });
    await server.services.jobs.cancel(everything, elsewhere);
    await socket.next(({ type, id: of }) => type === 'complete' && of === 'other');
    expect(socket.received.filter(({ id: of }) => of === 'own').at(-1)).toEqual(refused);
    socket.socket.close();
  });

  it('are closed when their session ends', async () => {
    const person = await people.person('brief', { [own]: 'VIEWER' });
    people.add({ ...person, endsAt: new Date(Date.now() + 300) });
    const socket = await connect('brief');
    people.end('brief');
    expect(await socket.closed).toMatchObject({ code: 4403 });
  });
});

describe('the nets', () => {
  it('refuse to start with a root field or a type of which nothing is declared', async () => {
    @Resolver()
    class Undeclared {
      @Query(() => String, { description: 'Says nothing about access.' })
      undeclared() {
        return '';
      }
    }
    await expect(buildSchema([Undeclared])).rejects.toThrow('Query.undeclared does not say who may ask for it');
    @ObjectType({ description: 'A type of which nothing is said.' })
    class Stray {
      @Field(() => String, { description: 'Something or other.' })
      text: string;
    }
    @Resolver()
    class Strays {
      @Extensions(may('READ'))
      @Query(() => Stray, { description: 'Gives out a stray.' })
      stray() {
        return { text: '' };
      }
    }
    await expect(buildSchema([Strays])).rejects.toThrow('nothing says to which project a Stray belongs');
  });

  it('catch what a forgotten scope would give away, count it and keep it', async () => {
    const { codes, data } = await ask('stranger', '{ leak { name } }');
    expect([codes, data]).toEqual([['INTERNAL_SERVER_ERROR'], { leak: null }]);
    expect(server.logged.some(({ msg }) => msg === 'a foreign object was caught')).toBe(true);
    expect(accessNet.caught).toBe(1);
    accessNet.caught = 0;
    expect((await ask('VIEWER', '{ leak { name } }')).data).toEqual({ leak: { name: 'tiles' } });
  });
});
