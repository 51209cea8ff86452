/**
 * Makes the installation of an earlier release that `test/integration/main/upgrade.test.ts` brings up to this one. Its argument is
 * a checkout of that release with its `node_modules`; a server of it is started, trains a model with each detector, is stopped in the
 * middle of a training, and backed up to `test/fixtures/installations/<commit>`.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { writeSurfaces } from './oldInstallationImages.js';

const checkout = path.resolve(process.argv[2] ?? '');
const commit = execFileSync('git', ['rev-parse', '--short=7', 'HEAD'], { cwd: checkout, encoding: 'utf8' }).trim();
const target = fileURLToPath(new URL(`../test/fixtures/installations/${commit}`, import.meta.url));

const home = await mkdtemp(path.join(tmpdir(), 'residua-old-'));
const { DATABASE_URL: _, ...around } = process.env;
const environment = {
  ...around,
  ...{ RESIDUA_HOME: path.join(home, 'home'), RESIDUA_IMPORT_ROOTS: home, RESIDUA_PORT: '0' },
  ...{ RESIDUA_CHECKPOINT_SECONDS: '1', RESIDUA_LOG_LEVEL: 'warn' },
};

/** Starts a command of that release. */
function residua(...args: string[]): ChildProcess {
  const flags = ['--conditions=residua-source', '--import', 'tsx', 'src/cli/residua.ts'];
  return spawn(process.execPath, [...flags, ...args], {
    cwd: checkout,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

let server = '';
async function ask<T>(query: string, variables: Record<string, unknown>): Promise<T> {
  const response = await fetch(`${server}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Record<string, Answer> | null; errors?: unknown };
  const answer = data && Object.values(data)[0];
  if (errors || !answer || (answer.userErrors ?? []).length > 0) throw new Error(JSON.stringify({ errors, data }));
  return answer as T;
}
interface Answer {
  userErrors?: unknown[];
}

interface Job {
  state: string;
  failure: unknown;
  events: { nodes: { checkpointStep?: number }[] };
}

/** Waits until a job is what is wanted. */
async function until(id: string, isWanted: (job: Job) => boolean): Promise<void> {
  const query = `query ($id: ID!) { node(id: $id) { ... on Job { state failure { message }
    events(last: 200) { nodes { ... on CheckpointSaved { checkpointStep: step } } } } } }`;
  for (;;) {
    const job = await ask<Job>(query, { id });
    if (isWanted(job)) return;
    if (['FAILED', 'CANCELLED', 'COMPLETED'].includes(job.state)) throw new Error(JSON.stringify(job));
    await pause(300);
  }
}
const ended = (id: string) => until(id, ({ state }) => state === 'COMPLETED');

const small = { imageSize: 64, steps: 6, featureDimension: 16, coresetRatio: 0.1 };
const smallSwin = { windowSize: 4, windowStep: 2, swinBlocks: 2, swinWindow: 4, swinHeads: 2, swinDimension: 16 };

/** One model for each detector, and for each supervision of the one that has several. */
const trainings = [
  { modelName: 'patchcore', detector: { id: 'patchcore' }, supervision: 'UNSUPERVISED' },
  { modelName: 'padim', detector: { id: 'padim', params: { channels: 8 } }, supervision: 'UNSUPERVISED' },
  {
    modelName: 'simplenet',
    detector: { id: 'simplenet', params: { hidden: 16, featuresPerStep: 64 } },
    supervision: 'UNSUPERVISED',
  },
  {
    modelName: 'devnet',
    detector: { id: 'devnet', params: { hidden: 8, references: 100 } },
    supervision: 'SUPERVISED',
    labels: 'PIXEL',
  },
  ...(['UNSUPERVISED', 'SUPERVISED', 'SEMI_SUPERVISED'] as const).map((supervision) => ({
    modelName: `semirest-${supervision.toLowerCase().replace('_', '-')}`,
    detector: { id: 'semirest', params: { syntheticPool: 4 } },
    supervision,
    settings: smallSwin,
  })),
];

const startTraining = `mutation ($input: StartTrainingInput!) { startTraining(input: $input) { run { id } userErrors { message field } } }`;
async function start(training: (typeof trainings)[number] & { settings?: object }, snapshotId: string, more = {}) {
  const settings = { ...small, ...training.settings, ...more };
  const input = { ...training, settings, snapshotId, seed: 7, featureExtractor: { id: 'mobilenet-v3' } };
  return (await ask<{ run: { id: string } }>(startTraining, { input })).run.id;
}

async function imported(): Promise<{ snapshotId: string; images: { id: string; filename: string }[] }> {
  await writeSurfaces(path.join(home, 'parts'));
  const { dataset } = await ask<{ dataset: { id: string } }>(
    'mutation ($input: CreateDatasetInput!) { createDataset(input: $input) { dataset { id } userErrors { message } } }',
    { input: { name: 'parts' } },
  );
  const { import: job } = await ask<{ import: { id: string } }>(
    'mutation ($input: ImportDatasetInput!) { importDataset(input: $input) { import { id } userErrors { message } } }',
    { input: { datasetId: dataset.id, format: 'manifest', path: path.join(home, 'parts') } },
  );
  await ended(job.id);
  const { snapshot } = await ask<{ snapshot: { id: string } }>(
    'mutation ($input: CreateSnapshotInput!) { createSnapshot(input: $input) { snapshot { id } userErrors { message } } }',
    { input: { datasetId: dataset.id, tag: 'first' } },
  );
  const { images } = await ask<{ images: { nodes: { id: string; filename: string }[] } }>(
    'query ($id: ID!) { node(id: $id) { ... on Dataset { images(first: 50) { nodes { id filename } } } } }',
    { id: dataset.id },
  );
  return { snapshotId: snapshot.id, images: images.nodes };
}

/** What a model of that release says about the test images. */
async function scoresOf(modelVersionId: string, images: readonly { id: string; filename: string }[]) {
  const scores: Record<string, number> = {};
  for (const { id: imageId, filename } of images.filter((image) => image.filename.startsWith('test/'))) {
    const { prediction } = await ask<{ prediction: { anomalyScore: number } }>(
      'mutation ($input: PredictInput!) { predict(input: $input) { prediction { anomalyScore } userErrors { message } } }',
      { input: { modelVersionId, imageId } },
    );
    scores[filename] = prediction.anomalyScore;
  }
  return scores;
}

async function versionOf(runId: string): Promise<string> {
  const query = 'query ($id: ID!) { node(id: $id) { ... on TrainingRun { modelVersion { id } } } }';
  return (await ask<{ modelVersion: { id: string } }>(query, { id: runId })).modelVersion.id;
}

async function populate(): Promise<Record<string, Record<string, number>>> {
  const { snapshotId, images } = await imported();
  const expected: Record<string, Record<string, number>> = {};
  for (const training of trainings) {
    const run = await start(training, snapshotId);
    await ended(run);
    const modelVersionId = await versionOf(run);
    expected[training.modelName] = await scoresOf(modelVersionId, images);
    const { evaluation } = await ask<{ evaluation: { id: string } }>(
      'mutation ($input: EvaluateModelInput!) { evaluateModel(input: $input) { evaluation { id } userErrors { message } } }',
      { input: { modelVersionId, snapshotId, split: 'TEST' } },
    );
    await ended(evaluation.id);
    console.log(training.modelName, expected[training.modelName]);
  }
  const underWay = { ...trainings.at(-3)!, modelName: 'under-way' };
  const running = await start(underWay, snapshotId, { steps: 300 });
  await start({ ...underWay, modelName: 'waiting' }, snapshotId);
  await until(running, ({ events }) => events.nodes.some(({ checkpointStep }) => checkpointStep !== undefined));
  return expected;
}

const serving = residua('serve', '--json', '--port', '0');
try {
  for await (const line of createInterface({ input: serving.stdout! })) {
    if (!line.startsWith('{')) continue;
    server = (JSON.parse(line) as { url: string }).url;
    break;
  }
  const scores = await populate();
  serving.kill('SIGTERM');
  await once(serving, 'exit');
  await rm(target, { recursive: true, force: true });
  const backup = residua('backup', target);
  await once(backup, 'exit');
  await writeFile(path.join(target, 'scores.json'), `${JSON.stringify(scores, null, 2)}\n`);
} finally {
  serving.kill('SIGTERM');
  await rm(home, { recursive: true, force: true });
}
