/**
 * Imports images, trains a model on them, watches both live, measures the model and prints the leaderboard. See README.md.
 */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  accepted,
  CreateDatasetDocument,
  CreateSnapshotDocument,
  DatasetByNameDocument,
  EvaluateModelDocument,
  ImportDatasetDocument,
  ImportOutcomeDocument,
  LeaderboardDocument,
  nodeOf,
  RefusedError,
  StartTrainingDocument,
  toProblem,
  TrainingOutcomeDocument,
  waitForJob,
  type LeaderboardQuery,
  type ResiduaClient,
} from '../../src/client/index.js';
import { nodeClient, uploadFile } from '../../src/client/node/index.js';
import { Progress } from './progress.js';

const usage = `node --import tsx main.ts <folder or zip> --dataset <name> --model <name>
  --format <id>      layout of the images, default mvtec; docs/formats.md lists them
  --detector <id>    default semirest
  --steps <number>   training steps, default what the preset says
  --url <address>    of the server, default RESIDUA_URL, or this machine at RESIDUA_PORT (4000)
  RESIDUA_API_TOKEN in the environment is sent as bearer token`;

interface Plan {
  source: string;
  dataset: string;
  model: string;
  format: string;
  detector: string;
  steps: number | undefined;
  url: string;
}

/** As `residua` finds it. */
function serverOf({ RESIDUA_URL: url, RESIDUA_PORT: port }: NodeJS.ProcessEnv): string {
  return url || `http://127.0.0.1:${port || '4000'}`;
}

/** What the command line asks for; undefined when it says too little. */
function readPlan(): Plan | undefined {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      dataset: { type: 'string' },
      model: { type: 'string' },
      format: { type: 'string', default: 'mvtec' },
      detector: { type: 'string', default: 'semirest' },
      steps: { type: 'string' },
      url: { type: 'string', default: serverOf(process.env) },
    },
  });
  const [source] = positionals;
  const { dataset, model, steps, ...rest } = values;
  if (!source || !dataset || !model) return undefined;
  return { ...rest, source, dataset, model, steps: steps === undefined ? undefined : Number(steps) };
}

async function run(client: ResiduaClient, plan: Plan): Promise<void> {
  const datasetId = await findOrCreateDataset(client, plan.dataset);
  await importImages(client, plan, datasetId);
  const taken = accepted((await client.request(CreateSnapshotDocument, { input: { datasetId } })).createSnapshot);
  const snapshotId = taken.snapshot!.id;
  const modelVersionId = await train(client, plan, snapshotId);
  const input = { modelVersionId, snapshotId };
  const measured = accepted((await client.request(EvaluateModelDocument, { input })).evaluateModel);
  await watch(client, 'evaluation', measured.evaluation!.id);
  const { leaderboard } = await client.request(LeaderboardDocument, { snapshotId });
  console.table(leaderboard.map(rowOf));
}

async function findOrCreateDataset(client: ResiduaClient, name: string): Promise<string> {
  const { dataset } = await client.request(DatasetByNameDocument, { name });
  if (dataset) return dataset.id;
  return accepted((await client.request(CreateDatasetDocument, { input: { name } })).createDataset).dataset!.id;
}

/** A folder must lie under an import root of the server; a zip is uploaded. */
async function importImages(client: ResiduaClient, { source, format }: Plan, datasetId: string): Promise<void> {
  const isZip = statSync(source).isFile();
  const from = isZip ? { uploadId: await uploadFile(client, source) } : { path: resolve(source) };
  const input = { datasetId, format, ...from };
  const started = accepted((await client.request(ImportDatasetDocument, { input })).importDataset);
  const { id } = started.import!;
  await watch(client, 'import', id).catch(async (failure: unknown) => {
    // The job's failure is one problem; the import lists up to a hundred.
    const [first, ...rest] = nodeOf((await client.request(ImportOutcomeDocument, { id })).node, id).problems.map(
      toProblem,
    );
    throw first ? new RefusedError([first, ...rest]) : failure;
  });
}

async function train(client: ResiduaClient, plan: Plan, snapshotId: string): Promise<string> {
  const input = {
    snapshotId,
    modelName: plan.model,
    supervision: 'UNSUPERVISED' as const,
    detector: { name: plan.detector, ...(plan.steps !== undefined && { params: { steps: plan.steps } }) },
  };
  const started = accepted((await client.request(StartTrainingDocument, { input })).startTraining);
  const { id } = started.run!;
  await watch(client, 'training', id);
  return nodeOf((await client.request(TrainingOutcomeDocument, { id })).node, id).modelVersion!.id;
}

/** Shows a job until it ends. @throws RefusedError when it does not end well. */
async function watch(client: ResiduaClient, title: string, jobId: string): Promise<void> {
  const progress = new Progress(title, process.stderr);
  await waitForJob(client, jobId, (event) => progress.show(event));
}

function rowOf({ modelVersion, supervision, labelCost, metrics }: LeaderboardQuery['leaderboard'][number]) {
  return {
    model: `${modelVersion.model.name} v${modelVersion.version}`,
    supervision,
    'pixel AP': rounded(metrics.pixelAp),
    PRO: rounded(metrics.pro),
    'pixel AUROC': rounded(metrics.pixelAuroc),
    'image AUROC': rounded(metrics.imageAuroc),
    labels: labelCost.map(({ kind, images }) => `${images} ${kind}`).join(', ') || 'none',
  };
}

/** A metric without any image to compute it from is null. */
function rounded(value: number | null | undefined): string {
  return value === null || value === undefined ? '-' : value.toFixed(4);
}

const plan = readPlan();
if (!plan) {
  console.error(usage);
  process.exitCode = 2;
} else {
  const client = nodeClient({ url: plan.url, token: process.env['RESIDUA_API_TOKEN'] });
  try {
    await run(client, plan);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    await client.close();
  }
}
