/**
 * Imports images, trains a model on them, watches both live, measures the model and prints the leaderboard. See README.md.
 */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  CreateDatasetDocument,
  CreateSnapshotDocument,
  DatasetByNameDocument,
  EvaluateModelDocument,
  ImportDatasetDocument,
  JobOutcomeDocument,
  LeaderboardDocument,
  StartTrainingDocument,
  type JobOutcomeQuery,
  type LeaderboardQuery,
} from './generated/graphql.js';
import { Progress } from './progress.js';
import { accepted, Refused, ResiduaClient } from './residuaClient.js';

const usage = `node --import tsx main.ts <folder or zip> --dataset <name> --model <name>
  --format <id>      layout of the images, default mvtec; docs/formats.md lists them
  --detector <id>    default semirest
  --steps <number>   training steps, default what the preset says
  --url <address>    of the server, default http://127.0.0.1:4000
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
      url: { type: 'string', default: 'http://127.0.0.1:4000' },
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
  const from = isZip ? { uploadId: await client.upload(source, 'application/zip') } : { path: resolve(source) };
  const input = { datasetId, format, ...from };
  const started = accepted((await client.request(ImportDatasetDocument, { input })).importDataset);
  await watch(client, 'import', started.import!.id);
}

async function train(client: ResiduaClient, plan: Plan, snapshotId: string): Promise<string> {
  const input = {
    snapshotId,
    modelName: plan.model,
    supervision: 'UNSUPERVISED' as const,
    detector: { name: plan.detector },
    ...(plan.steps !== undefined && { settings: { steps: plan.steps } }),
  };
  const started = accepted((await client.request(StartTrainingDocument, { input })).startTraining);
  const outcome = await watch(client, 'training', started.run!.id);
  if (!('modelVersion' in outcome)) throw new Error('the training left no model version');
  return outcome.modelVersion!.id;
}

type JobOutcome = Extract<NonNullable<JobOutcomeQuery['node']>, { state: unknown }>;

/** Shows a job until it ends. @throws Refused with every problem when it does not end well. */
async function watch(client: ResiduaClient, title: string, jobId: string): Promise<JobOutcome> {
  const progress = new Progress(title, process.stderr);
  for await (const event of client.jobEvents(jobId)) progress.show(event);
  const { node } = await client.request(JobOutcomeDocument, { id: jobId });
  const outcome = node as JobOutcome;
  if (outcome.state === 'COMPLETED') return outcome;
  const listed = 'problems' in outcome ? outcome.problems : [];
  if (listed.length === 0 && !outcome.failure) throw new Error(`the ${title} ended as ${outcome.state}`);
  throw new Refused(listed.length > 0 ? listed : [outcome.failure!]);
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
  const client = new ResiduaClient(plan.url, process.env['RESIDUA_API_TOKEN']);
  try {
    await run(client, plan);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    await client.close();
  }
}
