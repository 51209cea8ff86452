import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { WebSocket } from 'ws';
import { writeSampleDataset } from '../../../src/cli/sample-data/writeSampleDataset.js';
import { PrincipalEntity } from '../../../src/database/entities/index.js';
import { inspectImage } from '../../../src/files/index.js';
import { encodeGlobalId } from '../../../src/graphql/index.js';
import { startApi, type Api } from '../../../src/main/api.js';
import { readConfig } from '../../../src/main/config.js';
import { openApiDocument } from '../../../src/main/http/openApi.js';
import { SessionsService } from '../../../src/services/sessions.service.js';
import { fillPlaceholders, readApiExamples, type ApiExample } from '../../support/apiExamples.js';
import { useDatabase } from '../../support/database.js';
import { startWorkerProcess, type WorkerProcess } from '../../support/workerProcess.js';
import { ask } from './testServer.js';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const examples = await readApiExamples();
const database = useDatabase();
let home: string;
let api: Api;
let worker: WorkerProcess;
/** What the reader brings: a folder, a file. */
const own: Record<string, unknown> = {};
let ownFile: Buffer;
let ownBundle: Buffer;
/** What each operation answered. */
const answers: Record<string, unknown> = {};

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'residua-examples-'));
  const size = { normalTrain: 6, normalTest: 2, defectsPerType: 2, imageSize: 256 };
  own['folder'] = (await writeSampleDataset(path.join(home, 'data'), 1, size)).category;
  await writeSampleDataset(path.join(home, 'other'), 2, { ...size, normalTrain: 1 });
  ownFile = await readFile(path.join(home, 'other', 'brushed_steel', 'train', 'good', '000.png'));
  own['bytes'] = ownFile.length;
  own['sha256'] = createHash('sha256').update(ownFile).digest('hex');
  const environment = { RESIDUA_HOME: home, RESIDUA_PORT: '0', RESIDUA_IMPORT_ROOTS: home, DATABASE_URL: database.url };
  own['email'] = 'ada@example.com';
  const ada = { id: uuid(), kind: 'PERSON', name: 'Ada', email: 'ada@example.com' } as const;
  await database.dataSource.manager.insert(PrincipalEntity, ada);
  api = await startApi({ ...readConfig(environment), databaseUrl: database.url });
  worker = startWorkerProcess(environment);
  own['session'] = await sessionOf(ada.id);
});
afterAll(async () => {
  await worker?.stop();
  await api?.stop();
  await rm(home, { recursive: true, force: true });
});

/** Of a person: whoever runs this test without signing in has none. */
async function sessionOf(principalId: string): Promise<string> {
  const sessions = new SessionsService(database.dataSource);
  const { id } = await sessions.start({ principalId, way: 'PASSWORD', address: '127.0.0.1', userAgent: 'a test' });
  return encodeGlobalId('Session', id);
}

/** Puts what `<CreateDataset.createDataset.dataset.id>` or `<folder>` stands for into a value. */
function fill(value: unknown): unknown {
  return fillPlaceholders(value, (placeholder) => {
    const found = placeholder
      .split('.')
      .reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], { ...own, ...answers });
    expect(found, `<${placeholder}> stands for nothing`).toBeDefined();
    return found;
  });
}

async function execute({ text, operation, variables }: ApiExample): Promise<unknown> {
  const filled = fill(variables) as Record<string, unknown>;
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) return follow(text, filled);
  const { data, errors } = await ask<Record<string, unknown>>(api.url, text, filled);
  expect(errors).toEqual([]);
  return data;
}

async function follow(query: string, variables: Record<string, unknown>): Promise<unknown[]> {
  const url = `${api.url.replace('http', 'ws')}/graphql`;
  const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
  const events: unknown[] = [];
  for await (const { data, errors } of client.iterate<Record<string, unknown>>({ query, variables })) {
    expect(errors).toBeUndefined();
    const [[field, event]] = Object.entries(data!) as [[string, unknown]];
    events.push(event);
    // Of a job there is an end.
    if (field !== 'jobEvents') break;
  }
  await client.dispose();
  return events;
}

/** Problems any mutation reported. */
function userErrors(answer: unknown): unknown[] {
  return Object.values(answer as Record<string, { userErrors?: unknown[] } | null>).flatMap(
    (field) => field?.userErrors ?? [],
  );
}

/** What an answer must show beyond having no errors. */
const expectations: Record<string, (answer: never) => void | Promise<void>> = {
  CreateUpload: async ({
    createUpload: { upload },
  }: {
    createUpload: { upload: { url: string; method: string; headers: Record<string, string> } };
  }) => {
    const { url, method, headers } = upload;
    expect((await fetch(url, { method, headers, body: new Uint8Array(ownFile) })).status).toBe(204);
  },
  FollowImport: (events: { state?: string }[]) => expect(events.at(-1)).toMatchObject({ state: 'COMPLETED' }),
  ImportOutcome: (answer: object) =>
    expect(answer).toMatchObject({
      node: { state: 'COMPLETED', imagesImported: 14, annotationsImported: 6, totalProblems: 0 },
    }),
  Images: async ({
    dataset: { images },
  }: {
    dataset: {
      images: {
        nodes: { url: string; thumbnailUrl: string; annotations: { maskUrl: string; anomalousPixels: number }[] }[];
      };
    };
  }) => {
    const [image] = images.nodes;
    for (const address of [image!.url, image!.thumbnailUrl, image!.annotations[0]!.maskUrl]) {
      const response = await fetch(address);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^image\//)]);
    }
    expect(image!.annotations[0]!.anomalousPixels).toBeGreaterThan(0);
  },
  ExportOutcome: async ({
    node,
  }: {
    node: { state: string; imagesLeftOut: number; artifact: { url: string; bytes: number; sha256: string } };
  }) => {
    expect(node).toMatchObject({ state: 'COMPLETED', imagesLeftOut: 0 });
    const zip = Buffer.from(await (await fetch(node.artifact.url)).arrayBuffer());
    expect([zip.length, createHash('sha256').update(zip).digest('hex')]).toEqual([
      node.artifact.bytes,
      node.artifact.sha256,
    ]);
  },
  DiffSnapshots: (answer: object) =>
    expect(answer).toMatchObject({
      diffSnapshots: {
        identical: false,
        imageCounts: { added: 0, removed: 0, changed: 1 },
        images: { nodes: [{ change: 'CHANGED', before: { split: 'TRAIN' }, after: { split: 'TEST' } }] },
      },
    }),
  SavePixelAnnotation: (answer: object) =>
    expect(answer).toMatchObject({ savePixelAnnotation: { annotation: { revision: 2 }, current: { revision: 2 } } }),
  DeriveAnnotations: (answer: object) =>
    expect(answer).toMatchObject({ deriveAnnotations: { derived: 5, unchanged: 0, skipped: 1 } }),
  AnnotationHistory: (answer: object) =>
    expect(answer).toMatchObject({ node: { annotationHistory: { totalCount: 2 } } }),
  Leaderboard: (answer: { leaderboard: object[] }) => expect(answer.leaderboard.length).toBeGreaterThan(0),
  FollowCancelled: (events: { state?: string }[]) => expect(events.at(-1)).toMatchObject({ state: 'CANCELLED' }),
  FollowTraining: (events: { state?: string }[]) => expect(events.at(-1)).toMatchObject({ state: 'COMPLETED' }),
  TrainingRun: (answer: object) =>
    expect(answer).toMatchObject({ node: { state: 'COMPLETED', modelVersion: { version: 1 } } }),
  FollowEvaluation: (events: { state?: string }[]) => expect(events.at(-1)).toMatchObject({ state: 'COMPLETED' }),
  Evaluation: async ({
    node,
  }: {
    node: { metrics: object; images: { nodes: { anomalyMapUrl: string; overlayUrl: string }[] } };
  }) => {
    expect(node).toMatchObject({ state: 'COMPLETED', metrics: { pixelAuroc: expect.any(Number) as number } });
    for (const address of [node.images.nodes[0]!.anomalyMapUrl, node.images.nodes[0]!.overlayUrl]) {
      expect((await fetch(address)).headers.get('content-type')).toBe('image/png');
    }
  },
  Predict: (answer: object) =>
    expect(answer).toMatchObject({ predict: { prediction: { anomalyScore: expect.any(Number) as number } } }),
  SetThresholdPolicy: (answer: object) =>
    expect(answer).toMatchObject({
      setThresholdPolicy: { modelVersion: { thresholdPolicy: { split: 'TEST', chosenOnTestSplit: true } } },
    }),
  PredictVerdict: (answer: object) =>
    expect(answer).toMatchObject({
      predict: {
        prediction: {
          anomalyMapUrl: null,
          anomalyMapScale: null,
          overlayUrl: null,
          regions: expect.any(Array) as unknown,
        },
      },
    }),
  FollowPrediction: (events: { state?: string }[]) => expect(events.at(-1)).toMatchObject({ state: 'COMPLETED' }),
  DatasetPrediction: async ({ node }: { node: { images: { nodes: { overlayUrl: string }[] } } }) => {
    expect(node).toMatchObject({ state: 'COMPLETED', images: { totalCount: 8 } });
    expect((await fetch(node.images.nodes[0]!.overlayUrl)).headers.get('content-type')).toBe('image/png');
  },
  ModelExportOutcome: async ({ node }: { node: { state: string; artifact: { url: string; sha256: string } } }) => {
    expect(node).toMatchObject({ state: 'COMPLETED', format: 'bundle' });
    ownBundle = Buffer.from(await (await fetch(node.artifact.url)).arrayBuffer());
    own['bundleBytes'] = ownBundle.length;
    own['bundleSha256'] = createHash('sha256').update(ownBundle).digest('hex');
    expect(own['bundleSha256']).toBe(node.artifact.sha256);
  },
  CreateBundleUpload: async ({
    createUpload: { upload },
  }: {
    createUpload: { upload: { url: string; method: string; headers: Record<string, string> } };
  }) => {
    const { url, method, headers } = upload;
    expect((await fetch(url, { method, headers, body: new Uint8Array(ownBundle) })).status).toBe(204);
  },
  ModelImportOutcome: (answer: object) =>
    expect(answer).toMatchObject({
      node: { state: 'COMPLETED', failure: null, modelVersion: { version: 1, model: { name: 'steel-again' } } },
    }),
  CreateToken: (answer: object) =>
    expect(answer).toMatchObject({ createToken: { secret: expect.stringMatching(/^rsd_/) as string } }),
  Tokens: (answer: object) =>
    expect(answer).toMatchObject({ tokens: { nodes: [{ name: 'camera 4' }], totalCount: 1 } }),
  AuditEvents: (answer: { auditEvents: { nodes: object[] } }) =>
    expect(answer.auditEvents.nodes.length).toBeGreaterThan(0),
  ModelVersion: (answer: object) => expect(answer).toMatchObject({ modelVersion: { version: 1 } }),
};

describe('docs/api-examples.graphql', () => {
  it.each(examples.map((example) => [example.name, example] as const))(
    '%s',
    { timeout: 180_000 },
    async (name, example) => {
      const answer = await execute(example).catch((error: unknown) => {
        throw new Error(`${String(error)}\nThe worker wrote:\n${worker.output().slice(-3_000)}`, { cause: error });
      });
      answers[name] = answer;
      expect(userErrors(answer)).toEqual([]);
      await expectations[name]?.(answer as never);
    },
  );

  it(
    'answers the curl command of docs/serving.md, and with the map when asked for it',
    { timeout: 60_000 },
    async (context) => {
      const text = await readFile(path.join(repository, 'docs/serving.md'), 'utf8');
      const command = /```sh\n(curl [^`]+)```/.exec(text)![1]!.replace('http://127.0.0.1:4000', api.url);
      await writeFile(path.join(home, 'part.png'), ownFile);
      const shell = (script: string) => promisify(execFile)('sh', ['-c', script], { cwd: home });
      if (!(await shell('curl --version').catch(() => undefined))) return context.skip('no curl on this machine');
      const answer = JSON.parse((await shell(`${command.trim()} --silent`)).stdout) as Record<string, unknown>;
      expect(answer).toMatchObject({ model: 'steel', version: 1, anomalyScore: expect.any(Number) as number });
      const { properties, required } = openApiDocument.components.schemas.Prediction;
      expect(Object.keys(answer).sort()).toEqual(Object.keys(properties).sort());
      expect([...required].sort()).toEqual(Object.keys(properties).sort());
      const url = `${api.url}/v1/models/steel/1/predict?map=png`;
      const headers = { 'content-type': 'image/png' };
      const response = await fetch(url, { method: 'POST', headers, body: new Uint8Array(ownFile) });
      expect(response.headers.get('content-type')).toBe('image/png');
      expect(Number(response.headers.get('residua-anomaly-score'))).toBe(answer['anomalyScore']);
      expect(await inspectImage(new Uint8Array(await response.arrayBuffer()))).toMatchObject({
        format: 'png',
        width: 256,
        height: 256,
      });
    },
  );

  it('refuses to delete a data set that a training refers to, and says what does', async () => {
    const id = (answers['CreateDataset'] as { createDataset: { dataset: { id: string } } }).createDataset.dataset.id;
    const { text } = examples.find(({ name }) => name === 'DeleteDataset')!;
    const { data } = await ask(api.url, text, { input: { id } });
    expect(data).toMatchObject({
      deleteDataset: { deletedId: null, userErrors: [{ code: 'CONFLICT', item: 'brushed steel' }] },
    });
  });
});
