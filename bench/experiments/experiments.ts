/**
 * Trains and measures detectors on real images, and writes tables to `docs/results`.
 *
 *     npm run experiments -- --help
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { builtInPlugins } from '../../plugins/index.js';
import { createCompute, importOnnx } from '../../src/compute/index.js';
import { ModelFiles, PluginRegistry } from '../../src/plugin-host/index.js';
import { ProblemError } from '../../src/shared/errors.js';
import type { Tools } from '../../src/plugin-contract/openPlan.js';
import { packChoices, readPack, type PackChoice } from './packs.js';
import { planTraining } from '../../src/services/training/trainingPlan.js';
import { shownImages, writeMaps, writeTruth } from './mapStrips.js';
import { ResultStore, type Trained } from './resultStore.js';
import { ablation, ablationBasis, comparison, methods, type Row } from './rows.js';
import { runRow } from './runRow.js';
import { tableRows } from './tableRows.js';
import { writeOverview } from './writeOverview.js';
import { writeResults } from './writeResults.js';

interface Options {
  data: string;
  preset: string;
  seeds: string[];
  rows: string[];
  table: 'comparison' | 'ablation' | 'methods';
  training: boolean;
  again: boolean;
  out?: string;
}

const tables = { comparison, ablation, methods: methods(builtInPlugins) };

const program = new Command('experiments')
  .description('Trains and measures detectors on packs of real images; writes one table a pack.')
  .argument('<packs...>', `names of packs: ${packChoices.map(({ name }) => name).join(', ')}`)
  .addOption(
    new Option('--data <folder>', 'folder that holds the packs, each in the layout of MVTec AD with a settings.json')
      .env('RESIDUA_PACKS')
      .default('packs'),
  )
  .option('--preset <name>', 'training preset of every row', 'cpu-small')
  .option('--seeds <numbers...>', 'one training a row for each', ['0', '1', '2'])
  .addOption(new Option('--table <name>', 'which rows').choices(Object.keys(tables)).default('comparison'))
  .option('--rows <words...>', 'only rows whose name holds one of these', [])
  .option('--no-training', 'only write the tables anew from the results that are stored')
  .option('--again', 'also train what other versions of the plugins have measured', false)
  .option('--out <folder>', 'where the tables go (default: docs/results, with another preset docs/results/<preset>)')
  .parse();

const options = program.opts<Options>();
const out = resolve(
  options.out ?? (options.preset === 'cpu-small' ? 'docs/results' : `docs/results/${options.preset}`),
);
const compute = await createCompute();
const models = new ModelFiles(resolve('.residua/models'));
const tools: Tools = {
  compute,
  registry: new PluginRegistry(builtInPlugins),
  files: { cacheDirectory: resolve('.residua/cache'), modelFile: (source) => models.read(source), importOnnx },
  say: (text) => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`),
};
for (const name of program.args) await experiment(find(name));
if (options.table === 'comparison') tools.say(`written: ${await writeOverview(out, options.preset, trainedOf)}`);
await compute.dispose();

/** Seed by seed, so that a table is complete early; what a run that was stopped has measured is kept. */
async function experiment(choice: PackChoice): Promise<void> {
  const folder = resolve(options.data, choice.folder);
  if (!existsSync(folder))
    program.error(`there is no folder ${folder}: name the folder of packs with --data or RESIDUA_PACKS`);
  const pack = await readPack(resolve(options.data), choice);
  const name = options.table === 'comparison' ? choice.name : `${choice.name}-${options.table}`;
  const store = await ResultStore.open(out, name, choice, options.table === 'comparison' ? undefined : choice.name);
  const shown = shownImages(pack);
  const strips = resolve(out, name);
  if (options.training) await writeTruth(strips, shown);
  const left = new Map<string, string>();
  for (const seed of options.training ? options.seeds.map(Number) : []) {
    for (const row of chosenRows()) {
      const trained = trainedOf(row);
      if (left.has(row.name) || store.has(trained, seed, { sameVersions: options.again })) continue;
      const problem = await measure(row, trained, seed);
      if (problem) left.set(row.name, problem);
      tools.say(`written: ${await write()}`);
    }
  }
  tools.say(`written: ${await write()}`);

  async function measure(row: Row, trained: Trained, seed: number): Promise<string | undefined> {
    try {
      const { result, maps } = await runRow({ row, plan: trained.plan, seed, shown }, pack, tools);
      const { pixelAp, imageAuroc } = result.metrics;
      tools.say(`${row.name}, seed ${seed}: pixel AP ${pixelAp?.toFixed(3)}, image AUROC ${imageAuroc?.toFixed(3)}`);
      const gone = await store.add(row.name, trained, result);
      if (gone > 0) tools.say(`${row.name}: ${gone} earlier results of other values or of this seed are replaced`);
      await writeMaps(strips, row.name, maps);
      return undefined;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return error.problems[0]!.message;
    }
  }

  async function write(): Promise<string> {
    const { normal, anomalous, test } = pack;
    const rows = tableRows(store, tables[options.table], trainedOf);
    const current = rows.filter(({ isFormer }) => !isFormer);
    const seeds = [...new Set(current.flatMap(({ results }) => results.map(({ seed }) => seed)))].sort((a, b) => a - b);
    const missing = tables[options.table].filter(({ name: row }) => current.every((each) => each.name !== row));
    return writeResults(out, {
      name,
      command: commandOf(choice, seeds),
      preset: options.preset,
      note: options.table === 'ablation' ? ablationBasis : undefined,
      tile: choice.tile,
      images: { normal: normal.length, anomalous: anomalous.length, test: test.length },
      shown: shown.map(({ defectType }) => defectType!),
      rows,
      left: missing.map(({ name: row }) => ({ row, reason: left.get(row) ?? 'not yet' })),
    });
  }
}

function trainedOf({ choice }: Row): Trained {
  return {
    plan: planTraining(tools.registry, { preset: options.preset, ...choice }, []),
    supervision: choice.supervision,
  };
}

function find(name: string): PackChoice {
  const found = packChoices.find((choice) => choice.name === name);
  return (
    found ?? program.error(`there is no pack "${name}"; known: ${packChoices.map((choice) => choice.name).join(', ')}`)
  );
}

function chosenRows(): readonly Row[] {
  const rows = tables[options.table];
  if (options.rows.length === 0) return rows;
  return rows.filter(({ name }) => options.rows.some((word) => name.toLowerCase().includes(word.toLowerCase())));
}

function commandOf(choice: PackChoice, seeds: readonly number[]): string {
  const table = options.table === 'comparison' ? '' : ` --table ${options.table}`;
  return `npm run experiments -- ${choice.name} --data <packs> --preset ${options.preset} --seeds ${seeds.join(' ')}${table}`;
}
