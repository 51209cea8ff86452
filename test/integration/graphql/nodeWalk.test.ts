import {
  getNamedType,
  isEnumType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isScalarType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { accessNet } from '../../../src/access/accessNet.js';
import { everything, localPrincipal } from '../../../src/access/index.js';
import {
  AnnotationEntity,
  LoggedPredictionEntity,
  type ModelVersionEntity,
  MonitoringAlertEntity,
  RetrainingProposalEntity,
  StudyEntity,
  StudyImageEntity,
  StudyTrialEntity,
  SweepEntity,
} from '../../../src/database/entities/index.js';
import { ownershipOf } from '../../../src/graphql/access/objectTypes.js';
import { buildSchema, encodeGlobalId } from '../../../src/graphql/index.js';
import { useDatabase } from '../../support/database.js';
import { from, KnownPeople } from '../../support/knownPeople.js';
import { RegistrySetting } from './registrySetting.js';
import { startTestServer, type GraphqlAnswer, type TestServer } from './testServer.js';

const database = useDatabase();
let server: TestServer;
let schema: GraphQLSchema;
let own = '';
/** UUID of one of each type that a node may be, in the project of the owner. */
let ids: Record<string, string>;

const scored = [
  { filename: 'a.png', label: 'NORMAL', score: 0.1 },
  { filename: 'b.png', label: 'ANOMALOUS', defectType: 'pit', score: 0.9 },
] as const;

beforeAll(async () => {
  schema = await buildSchema();
  const people = new KnownPeople(database.dataSource);
  server = await startTestServer(database.dataSource, {}, [], people);
  const { services } = server;
  own = (await services.projects.create({ name: 'own' })).id;
  const other = (await services.projects.create({ name: 'other' })).id;
  const registry = await new RegistrySetting(database.dataSource, services).prepare('tiles', scored, own);
  const version = await registry.version('tiles');
  const [image] = (await services.images.page(everything, registry.datasetId, {}, { first: 1 })).nodes;
  const announced = { filename: 'x.png', bytes: 9, sha256: 'b'.repeat(64), contentType: 'image/png', projectId: own };
  const start = { modelVersionId: version.id, snapshotId: registry.snapshotId };
  const prediction = await services.datasetPredictions.start(everything, start);
  const exported = await services.datasetExports.start(everything, { snapshotId: registry.snapshotId, format: 'coco' });
  const work = { imageId: image!.id, kind: 'BOX', purpose: 'LABEL' } as const;
  ids = {
    ...{ Project: own, Dataset: registry.datasetId, Image: image!.id, Snapshot: registry.snapshotId },
    ...{ Model: version.modelId, ModelVersion: version.id, TrainingRun: version.trainingRunId },
    Evaluation: await registry.evaluation(version.id, scored),
    Upload: (await services.uploads.create(everything, announced)).id,
    ...{ DatasetPrediction: prediction.jobId, DatasetExport: exported.jobId },
    ...(await annotationsOf(image!.id)),
    ...(await studyOf(registry.datasetId, image!.id)),
    LoggedPrediction: await loggedOf(version.id),
    MonitoringAlert: await alertOf(version),
    RetrainingProposal: await proposalOf(version, registry.datasetId),
    Sweep: await sweepOf(registry.snapshotId),
    LabelSession: (await services.labelSessions.open(everything, localPrincipal, work)).id,
    ...(await jobsOf(registry.datasetId, version.id)),
  };
  await people.person('owner', { [own]: 'OWNER' });
  await people.person('stranger', { [other]: 'OWNER' });
});
afterAll(() => server.stop());

/** One of each kind. */
async function annotationsOf(imageId: string): Promise<Record<string, string>> {
  const { manager } = database.dataSource;
  const payloads = {
    PixelAnnotation: { kind: 'PIXEL', payload: { counts: 'P1', anomalousPixels: 0 } },
    BlockAnnotation: { kind: 'BLOCK', payload: { blockSize: 16, columns: 1, rows: 1, labels: ['NORMAL'] } },
    BoxAnnotation: { kind: 'BOX', payload: { boxes: [] } },
  };
  const made = Object.entries(payloads).map(([type, given]) => [type, uuid(), given] as const);
  for (const [, id, given] of made) {
    const row = { id, imageId, revision: 1, source: 'IMPORTED', author: null, activeSeconds: null, ...given };
    await manager.insert(AnnotationEntity, row as never);
  }
  return Object.fromEntries(made.map(([type, id]) => [type, id]));
}

/** A study with a trial that somebody was shown. */
async function studyOf(datasetId: string, imageId: string): Promise<Record<string, string>> {
  const { manager } = database.dataSource;
  const [studyId, truthId, id] = [uuid(), uuid(), uuid()];
  const counts = { counts: 'P1', anomalousPixels: 1 };
  const mask = { id: truthId, imageId, kind: 'PIXEL', revision: 2, payload: counts, source: 'IMPORTED' } as const;
  await manager.insert(AnnotationEntity, { ...mask, author: null, activeSeconds: null });
  await manager.insert(StudyEntity, { id: studyId, datasetId, name: 'hands', kinds: ['BOX'], seed: 0 });
  await manager.insert(StudyImageEntity, { studyId, imageId, truthId });
  const who = { principalId: localPrincipal.id, participant: 'local', seat: 0, position: 0 };
  await manager.insert(StudyTrialEntity, { id, studyId, imageId, ...who, kind: 'BOX', isPractice: true });
  return { Study: studyId, StudyTrial: id };
}

/** A prediction that was served. */
async function loggedOf(modelVersionId: string): Promise<string> {
  const id = uuid();
  const said = { model: 'tiles', version: 1, source: 'GRAPHQL', anomalyScore: 1, isAnomalous: false } as const;
  const row = { id, projectId: own, modelVersionId, regions: [], ...said };
  await database.dataSource.manager.insert(LoggedPredictionEntity, row);
  return id;
}

/** A version whose scores have drifted. */
async function alertOf({ id: modelVersionId, modelId }: ModelVersionEntity): Promise<string> {
  const id = uuid();
  const seen = { station: '', kind: 'SCORE_DRIFT', value: 0.5, highest: 0.3, predictions: 100 } as const;
  const row = { id, projectId: own, modelId, modelVersionId, ...seen };
  await database.dataSource.manager.insert(MonitoringAlertEntity, row);
  return id;
}

/** A training that was proposed. */
async function proposalOf({ id: modelVersionId, modelId }: ModelVersionEntity, datasetId: string): Promise<string> {
  const id = uuid();
  const why = { reasons: ['NEW_LABELS' as const], newLabels: 9, state: 'OPEN' as const };
  const row = { id, projectId: own, modelId, modelVersionId, datasetId, ...why };
  await database.dataSource.manager.insert(RetrainingProposalEntity, row);
  return id;
}

/** A search for better parameters. */
async function sweepOf(snapshotId: string): Promise<string> {
  const id = uuid();
  const candidate = { detector: { id: 'padim' }, supervision: 'UNSUPERVISED' as const, labels: null, changes: {} };
  const what = { choice: {}, candidates: [candidate], seeds: [0], metric: 'PRO' as const, budgetMinutes: 9 };
  const row = { id, projectId: own, snapshotId, modelName: 'tiles', state: 'COMPLETED' as const, ...what };
  await database.dataSource.manager.insert(SweepEntity, row);
  return id;
}

/** Rows of kinds of jobs that need more to be started than there is here. */
async function jobsOf(datasetId: string, modelVersionId: string): Promise<Record<string, string>> {
  const { manager } = database.dataSource;
  const [anImport, anExport, aModelImport] = [uuid(), uuid(), uuid()];
  await database.dataSource.transaction(async (inner) => {
    for (const [id, kind] of [
      [anImport, 'DATASET_IMPORT'],
      [anExport, 'MODEL_EXPORT'],
      [aModelImport, 'MODEL_IMPORT'],
    ] as const)
      await server.queue.enqueue(inner, { id, projectId: own, kind });
  });
  await manager.query(
    `INSERT INTO dataset_import (job_id, dataset_id, format, source, dry_run) VALUES ($1, $2, 'mvtec', '{"path": "/x"}', false)`,
    [anImport, datasetId],
  );
  await manager.query(`INSERT INTO model_export (job_id, model_version_id, format) VALUES ($1, $2, 'bundle')`, [
    ...[anExport, modelVersionId],
  ]);
  await manager.query(`INSERT INTO model_import (job_id, model_name, filename) VALUES ($1, 'tiles', 'x.zip')`, [
    aModelImport,
  ]);
  return { DatasetImport: anImport, ModelExport: anExport, ModelImport: aModelImport };
}

async function ask(who: string, query: string, variables: object): Promise<GraphqlAnswer> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...from(who) },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as GraphqlAnswer;
}

/** Every type that belongs to a project and that `node` may give. */
function nodeTypes(): GraphQLObjectType[] {
  return Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType =>
      isObjectType(type) &&
      ownershipOf(type.name) === 'OWNED' &&
      type.getInterfaces().some(({ name }) => name === 'Node'),
  );
}

/** A field with something of what lies behind it, so that it is really read; undefined where an argument would have to be made up. */
function selectionOf(field: GraphQLField<unknown, unknown>, depth = 2): string | undefined {
  if (field.args.some(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined)) return undefined;
  const type = getNamedType(field.type);
  if (isScalarType(type) || isEnumType(type)) return field.name;
  if (depth === 0 || !(isObjectType(type) || isInterfaceType(type))) return `${field.name} { __typename }`;
  const inner = Object.values(type.getFields()).map((one) => selectionOf(one, depth - 1));
  return `${field.name} { __typename ${inner.filter(Boolean).join(' ')} }`;
}

describe('node(id) and nodes(ids)', () => {
  it('know one of every type that belongs to a project', () => {
    expect(Object.keys(ids).sort()).toEqual(
      nodeTypes()
        .map(({ name }) => name)
        .sort(),
    );
  });

  it('give a stranger null for every field of every one, while its owner reads it', { timeout: 300_000 }, async () => {
    let asked = 0;
    for (const type of nodeTypes()) {
      const id = encodeGlobalId(type.name, ids[type.name]!);
      for (const field of Object.values(type.getFields())) {
        const selection = selectionOf(field);
        if (selection === undefined) continue;
        const query = `query ($id: ID!) { node(id: $id) { __typename ... on ${type.name} { ${selection} } }
          nodes(ids: [$id]) { __typename ... on ${type.name} { ${selection} } } }`;
        const where = `${type.name}.${field.name}`;
        expect(await ask('stranger', query, { id }), where).toEqual({ data: { node: null, nodes: [null] } });
        asked++;
      }
      const { data } = await ask('owner', `query ($id: ID!) { node(id: $id) { __typename } }`, { id });
      expect(data).toEqual({ node: { __typename: type.name } });
    }
    expect(asked).toBeGreaterThan(100);
    expect(accessNet.caught).toBe(0);
  });
});
