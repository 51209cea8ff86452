import { mkdir, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { supervisionOf } from '../commands/options.js';
import { writeSampleDataset } from '../sample-data/writeSampleDataset.js';
import { UsageError } from '../terminal/printError.js';
import type { Terminal } from '../terminal/terminal.js';
import { readLabelledImages, type LabelledImages } from './labelledImages.js';
import type { QuickstartOptions } from './options.js';
import { nearPath } from './printOutcome.js';
import { stageCategory } from './stageCategory.js';

/** The data set of a quickstart, with the labels its setting may read. */
export interface PreparedData {
  category: string;
  labels: LabelledImages;
}

/** Makes or takes the data set. `staging` gets a copy when something is left out. */
export async function prepareData(
  options: QuickstartOptions,
  out: string,
  staging: string,
  terminal: Terminal,
): Promise<PreparedData> {
  const { data, settings } =
    options.data === undefined ? await makeSample(options, out, terminal) : await givenData(options);
  const supervision = supervisionOf(options.supervision);
  const labels =
    settings === undefined
      ? { files: [], boxes: new Map<string, never>() }
      : await readLabelledImages(settings, supervision, options.exclude);
  return { category: await stageCategory(data, options.exclude, staging), labels };
}

interface DataSource {
  data: string;
  settings: string | undefined;
}

async function makeSample(options: QuickstartOptions, out: string, terminal: Terminal): Promise<DataSource> {
  terminal.say('making a sample data set: brushed steel with scratches, pits and stains …');
  const sample = await writeSampleDataset(join(out, 'sample-data'), 1);
  terminal.say(`look at it in ${nearPath(sample.category)}`);
  const settings = options.settings ?? (options.supervision === 'unsupervised' ? undefined : sample.settings);
  return { data: sample.category, settings };
}

async function givenData(options: QuickstartOptions): Promise<DataSource> {
  const data = resolve(options.data!);
  if (options.supervision === 'unsupervised') return { data, settings: options.settings };
  const beside = join(dirname(data), 'settings.json');
  const settings = options.settings ?? ((await isFile(beside)) ? beside : undefined);
  if (settings === undefined) {
    throw new UsageError(`--supervision ${options.supervision} needs --settings: which images train with labels`);
  }
  return { data, settings };
}

/** The folder for this run's files, without those of an earlier one. */
export async function freshOutput(folder: string): Promise<string> {
  const out = resolve(folder);
  const found = await stat(out).catch(() => undefined);
  if (found && !found.isDirectory()) throw new UsageError(`--out ${folder} is not a folder`);
  await mkdir(out, { recursive: true });
  for (const name of ['result.json', 'report.html', 'logs', 'sample-data']) {
    await rm(join(out, name), { recursive: true, force: true });
  }
  return out;
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
