import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  accepted,
  CreateDatasetDocument,
  CreateSnapshotDocument,
  present,
  type ResiduaClient,
  TrainingRunsDocument,
} from '../../client/index.js';
import { runImport } from '../commands/importCommand.js';
import { supervisionOf } from '../commands/options.js';
import { InterruptedError, onInterruption, unlessAborted } from '../processes/interruption.js';
import type { ManagedProcess } from '../processes/managedProcess.js';
import { StopSequence } from '../processes/stopSequence.js';
import { durationText } from '../terminal/jobProgress.js';
import { writeReport } from '../report/writeReport.js';
import type { Terminal } from '../terminal/terminal.js';
import { checkChoices } from './checkChoices.js';
import { applyLabels } from './labelledImages.js';
import type { QuickstartOptions } from './options.js';
import { freshOutput, prepareData, type PreparedData } from './prepareData.js';
import { explainFailure, nearPath, printResult } from './printOutcome.js';
import { reportSubject, type ReportedRun } from './quickstartReport.js';
import type { QuickstartResult } from './result.js';
import { resultOf } from './resultOf.js';
import { makeHome, startSystem, type QuickstartSystem } from './system.js';
import { trainAndEvaluate } from './trainAndEvaluate.js';

/**
 * The main job from end to end, as any other client would do it: starts a server and a worker of its own, imports, trains,
 * follows, evaluates, and writes `result.json` and `report.html`. Everything it started ends with it, unless `keep`.
 */
export async function quickstart(options: QuickstartOptions, terminal: Terminal): Promise<QuickstartResult> {
  const began = performance.now();
  const out = await freshOutput(options.out);
  const stops = new StopSequence();
  const processes: ManagedProcess[] = [];
  const interruption = onInterruption();
  let done = false;
  try {
    const work = workThrough(options, out, terminal, { processes, stops });
    // After an interruption the work fails on the stopped server; nobody needs to hear of that.
    work.catch(() => undefined);
    const result = await unlessAborted(interruption.signal, work);
    terminal.say(`\ndone in ${durationText((performance.now() - began) / 1000)}`);
    done = true;
    return result;
  } catch (error) {
    if (error instanceof InterruptedError) terminal.say('\nstopping …');
    else await explainFailure(error, processes, join(out, 'logs'));
    throw error;
  } finally {
    if (!done || !options.keep) await stops.stopAll();
    interruption.release();
  }
}

interface Started {
  processes: ManagedProcess[];
  stops: StopSequence;
}

async function workThrough(
  options: QuickstartOptions,
  out: string,
  terminal: Terminal,
  { processes, stops }: Started,
): Promise<QuickstartResult> {
  const home = await makeHome(stops);
  const { category, labels } = await prepareData(options, out, join(home, 'staging'), terminal);
  terminal.say('starting PostgreSQL, server and worker …');
  const places = { home, importRoot: category, logs: join(out, 'logs') };
  const system = await startSystem(places, processes, stops);
  terminal.say(`server at ${system.client.address.url}, logs in ${nearPath(places.logs)}`);
  const result = await Promise.race([runAll(options, system, { category, labels }, out, terminal), system.failed]);
  if (options.keep) await keepRunning(system, home, terminal);
  return result;
}

async function runAll(
  options: QuickstartOptions,
  system: QuickstartSystem,
  { category, labels }: PreparedData,
  out: string,
  terminal: Terminal,
): Promise<QuickstartResult> {
  const { client } = system;
  const { inSteps } = await checkChoices(client, { ...options, detectors: detectorsOf(options) });
  const imported = await importCategory(client, terminal, category, options);
  await applyLabels(client, imported.datasetId, labels);
  const snapshotId = await takeSnapshot(client, imported.datasetId);
  const runs: ReportedRun[] = [];
  for (const detector of detectorsOf(options)) {
    await Promise.all([system.api.forgetPeakRss(), system.worker.forgetPeakRss()]);
    const started = performance.now();
    const finished = await trainAndEvaluate(
      client,
      terminal,
      inputOf(options, detector, snapshotId, inSteps),
      detector,
    );
    const seconds = (performance.now() - started) / 1000;
    const peakRssBytes = { api: await system.api.peakRssBytes(), worker: await system.worker.peakRssBytes() };
    runs.push({
      finished,
      result: resultOf(options, finished, { import: imported.seconds, run: seconds }, peakRssBytes),
    });
  }
  const result = { runs: runs.map((run) => run.result) };
  await writeFile(join(out, 'result.json'), `${JSON.stringify(result, null, 2)}\n`);
  const report = join(out, 'report.html');
  const context = { excluded: options.exclude, trainAnomalous: labels.files.length };
  await writeReport(client, runs.map(reportSubject), report, context);
  printResult(terminal, runs, report, out);
  return result;
}

async function importCategory(
  client: ResiduaClient,
  terminal: Terminal,
  category: string,
  { maskThreshold, maskValue }: Pick<QuickstartOptions, 'maskThreshold' | 'maskValue'>,
) {
  const started = performance.now();
  const payload = accepted(
    (await client.request(CreateDatasetDocument, { input: { name: basename(category) } })).createDataset,
  );
  const { id: datasetId } = present(payload.dataset, 'data set');
  await runImport(client, terminal, { datasetId, format: 'mvtec', path: category, maskThreshold, maskValue });
  return { datasetId, seconds: (performance.now() - started) / 1000 };
}

async function takeSnapshot(client: ResiduaClient, datasetId: string): Promise<string> {
  const payload = accepted((await client.request(CreateSnapshotDocument, { input: { datasetId } })).createSnapshot);
  return present(payload.snapshot, 'snapshot').id;
}

/** PatchCore learns from normal images only, so labels have nothing to compare with it. */
function detectorsOf({ detectors, supervision }: QuickstartOptions): readonly string[] {
  if (detectors.length > 0) return [...new Set(detectors)];
  return supervision === 'unsupervised' ? ['patchcore', 'semirest'] : ['semirest'];
}

/** Enough for the sample data, whose first look should not take longer than a coffee; more steps bring it nothing. */
const sampleSteps = 60;

function inputOf(options: QuickstartOptions, detector: string, snapshotId: string, inSteps: readonly string[]) {
  const steps = options.steps ?? (options.data === undefined ? sampleSteps : undefined);
  const params = steps !== undefined && inSteps.includes(detector) ? { steps } : {};
  return {
    snapshotId,
    modelName: `quickstart-${detector}`,
    supervision: supervisionOf(options.supervision),
    preset: options.preset,
    detector: { name: detector, params },
    seed: options.seed,
  };
}

async function keepRunning({ client, api, worker }: QuickstartSystem, home: string, terminal: Terminal): Promise<void> {
  const { url } = client.address;
  const { jobs } = await client.request(TrainingRunsDocument, { state: 'COMPLETED' });
  const version = jobs.nodes.flatMap((run) => ('modelVersion' in run && run.modelVersion ? [run.modelVersion] : []))[0];
  await client.close();
  await Promise.all([api.release(), worker.release()]);
  terminal.say(
    `\nserver and worker go on at ${url} (GraphiQL: ${url}/graphql), their data are in ${home}` +
      `\nstop them with: kill ${worker.pid} ${api.pid}` +
      `\n\nthe result in Studio: ${url}/studio/${version ? `versions/${version.id}` : ''}`,
  );
}
