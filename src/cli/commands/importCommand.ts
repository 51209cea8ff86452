import { Command, Option } from 'commander';
import { importFormatIds } from '../../shared/importFormats.js';
import {
  accepted,
  CancelJobDocument,
  CreateDatasetDocument,
  DatasetByNameDocument,
  type DatasetInfo,
  DeleteDatasetDocument,
  nodeOf,
  ImportDatasetDocument,
  type ImportDatasetInput,
  ImportModelDocument,
  ModelImportOutcomeDocument,
  type ImportOutcome,
  ImportOutcomeDocument,
  present,
  RefusedError,
  type ResiduaClient,
  toProblem,
} from '../../client/index.js';
import { InterruptedError, onInterruption } from '../processes/interruption.js';
import { UsageError } from '../terminal/printError.js';
import type { Terminal } from '../terminal/terminal.js';
import { asClient, withClientOptions, type ClientOptions } from './options.js';
import { fromSource } from './importSource.js';
import { maskThresholdOption, maskValueOption, type MaskOptions } from './maskOptions.js';
import { sendFile } from './sendFile.js';
import { shares, splitDataset, type Shares } from './splitCommand.js';
import { watchJob } from './watchCommand.js';

interface ImportOptions extends ClientOptions, MaskOptions {
  dataset?: string;
  format: string;
  split?: Shares;
  dryRun?: boolean;
  send?: boolean;
  onProblem: 'refuse' | 'skip';
  update?: boolean;
  skipExisting?: boolean;
  normal?: string[];
}

/** `residua import`. */
export function importCommand(): Command {
  return withClientOptions(new Command('import'))
    .description('import a folder or a zip into a data set, which is made when it does not exist')
    .addCommand(importModelCommand())
    .argument(
      '<source>',
      'a folder or a zip file; the server reads a folder under its import roots (RESIDUA_IMPORT_ROOTS) itself, all else is uploaded',
    )
    .option('--dataset <name>', 'data set to import into; needed')
    .addOption(
      new Option('--format <format>', 'layout of the source (docs/formats.md)')
        .choices(importFormatIds)
        .default('mvtec'),
    )
    .option(
      '--split <shares>',
      'divide the data set afterwards: train/test or train/validation/test, e.g. 80/20',
      shares,
    )
    .option('--send', 'send a folder even where the server could read the path: elsewhere it may hold something else')
    .option('--dry-run', 'check everything, keep nothing')
    .option('--update', 'images that are there already get the labels, kinds of defects and splits of the import')
    .addOption(new Option('--skip-existing', 'leave out images that are there already').conflicts('update'))
    .addOption(
      new Option('--on-problem <choice>', 'refuse: nothing is imported; skip: what is wrong is left out, and told')
        .choices(['refuse', 'skip'])
        .default('refuse'),
    )
    .option(
      '--normal <names...>',
      'folders and classes that stand for what has no defect, in place of good, normal, ok …',
    )
    .addOption(maskThresholdOption())
    .addOption(maskValueOption())
    .addHelpText(
      'after',
      '\nExamples:\n  residua import /data/magnetic_tile --dataset tiles\n  residua import tiles.zip --dataset tiles --dry-run\n  residua import tiles --dataset tiles --format yolo --on-problem skip --normal fine blank\n  residua import model tiles-3.zip',
    )
    .action((source: string, options: ImportOptions) =>
      asClient(options, (client, terminal) => importDataset(client, terminal, source, options)),
    );
}

async function importDataset(client: ResiduaClient, terminal: Terminal, source: string, options: ImportOptions) {
  const { dataset: name, dryRun, split, send } = options;
  if (name === undefined) throw new UsageError('say into which data set: --dataset <name>');
  const { dataset, outcome } = await fromSource(client, terminal, { source, send }, async (from) => {
    const target = await findOrCreateDataset(client, name);
    const input = { ...from, datasetId: target.id, ...howToRead(options) };
    const done = await runImport(client, terminal, input).catch(async (error: unknown) => {
      if (error instanceof RefusedError || error instanceof InterruptedError) await forget(client, target);
      throw error;
    });
    return { dataset: target, outcome: done };
  });
  if (dryRun) await forget(client, dataset);
  const { imagesImported, annotationsImported, dataset: into, ...findings } = outcome;
  const division = split && !dryRun && (await splitDataset(client, terminal, { datasetId: dataset.id, shares: split }));
  if (terminal.json) {
    const counts = { imagesImported, annotationsImported };
    terminal.emit({
      dataset: dryRun && dataset.isNew ? null : into,
      ...counts,
      ...findings,
      ...(division && { division }),
    });
  } else if (dryRun) terminal.say(`${source} can be imported; nothing was kept`);
  else {
    const known = findings.summary?.existing;
    const [fresh, beside] = known ? ['new ', `, beside ${known} images that were there`] : ['', ''];
    const stored = `${imagesImported} ${fresh}images and ${annotationsImported} ${fresh}annotations`;
    terminal.say(`${stored} are now in ${dataset.name}${beside}`);
  }
}

/** `residua import model`. */
function importModelCommand(): Command {
  return withClientOptions(new Command('model'))
    .description('import a model version that another Residua exported as a bundle')
    .argument('<bundle>', 'zip file written by `residua export model … --format bundle`')
    .option('--name <model>', "model to add it to; the bundle's own name when left out")
    .addHelpText(
      'after',
      '\nExamples:\n  residua import model tiles-3.zip\n  residua import model tiles-3.zip --name plates',
    )
    .action((bundle: string, options: ClientOptions & { name?: string }) =>
      asClient(options, async (client, terminal) => {
        const input = { uploadId: await sendFile(client, terminal, bundle), modelName: options.name };
        const payload = accepted((await client.request(ImportModelDocument, { input })).importModel);
        const { id } = present(payload.import, bundle);
        await watchJob(client, terminal, id, bundle);
        const outcome = nodeOf((await client.request(ModelImportOutcomeDocument, { id })).node, id);
        const version = present(outcome.modelVersion, bundle);
        if (terminal.json) terminal.emit({ modelVersion: version });
        else terminal.say(`${bundle} is now version ${version.version} of ${version.model.name} (${version.id})`);
      }),
    );
}

function howToRead(options: ImportOptions) {
  const { format, dryRun, onProblem, update, skipExisting, normal, maskThreshold, maskValue } = options;
  return {
    format,
    ...(update && { existing: 'UPDATE' as const }),
    ...(skipExisting && { existing: 'SKIP' as const }),
    ...(maskThreshold !== undefined && { maskThreshold }),
    ...(maskValue !== undefined && { maskValue }),
    ...(dryRun && { dryRun }),
    ...(onProblem === 'skip' && { onProblem: 'SKIP' as const }),
    ...(normal && { normalNames: normal }),
  };
}

interface Target extends DatasetInfo {
  /** Made for this import. */
  isNew: boolean;
}

async function findOrCreateDataset(client: ResiduaClient, name: string): Promise<Target> {
  const found = (await client.request(DatasetByNameDocument, { name })).dataset;
  if (found) return { ...found, isNew: false };
  const payload = accepted((await client.request(CreateDatasetDocument, { input: { name } })).createDataset);
  return { ...present(payload.dataset, name), isNew: true };
}

/** Deletes a data set that was made for an import of which nothing came. It stays when somebody else has begun to use it. */
async function forget(client: ResiduaClient, { id, name, isNew }: Target): Promise<void> {
  const used = async () => (await client.request(DatasetByNameDocument, { name })).dataset?.counts.images !== 0;
  if (isNew && !(await used())) await client.request(DeleteDatasetDocument, { input: { id } });
}

/**
 * Runs one import to its end. Ctrl-C cancels it, since it would go on in the server.
 * @throws RefusedError with every problem the server reported, InterruptedError when it was cancelled.
 */
export async function runImport(
  client: ResiduaClient,
  terminal: Terminal,
  input: ImportDatasetInput,
): Promise<ImportOutcome> {
  const interruption = onInterruption();
  try {
    return await runCancellable(interruption.signal, client, terminal, input);
  } finally {
    interruption.release();
  }
}

async function runCancellable(
  signal: AbortSignal,
  client: ResiduaClient,
  terminal: Terminal,
  input: ImportDatasetInput,
): Promise<ImportOutcome> {
  const started = accepted((await client.request(ImportDatasetDocument, { input })).importDataset);
  const { id } = present(started.import, 'import');
  // One that has ended meanwhile is told by its outcome, and a server that is gone by the watching.
  const cancel = () => void client.request(CancelJobDocument, { input: { id } }).catch(() => undefined);
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  try {
    await watchJob(client, terminal, id, 'import', { tellsProblems: true });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RefusedError) throw await withAllProblems(client, id, error);
    throw error;
  }
  return nodeOf((await client.request(ImportOutcomeDocument, { id })).node, id);
}

/** The job's failure names one problem; the import itself lists up to a hundred. */
async function withAllProblems(client: ResiduaClient, id: string, failure: RefusedError): Promise<RefusedError> {
  const outcome = nodeOf((await client.request(ImportOutcomeDocument, { id })).node, id);
  const [first, ...rest] = outcome.problems.map(toProblem);
  if (!first) return failure;
  const unlisted = outcome.totalProblems - rest.length - 1;
  const more = unlisted > 0 ? [{ code: first.code, message: `and ${unlisted} more problems` }] : [];
  return new RefusedError([first, ...rest, ...more]);
}
