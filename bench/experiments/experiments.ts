/**
 * Trains and measures detectors on real images, and writes tables to `docs/results`.
 *
 *     npm run experiments -- --help
 */
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { builtInPlugins } from '../../plugins/index.js';
import { createCompute, importOnnx } from '../../src/compute/index.js';
import { ModelFiles, PluginRegistry } from '../../src/plugin-host/index.js';
import { ProblemError } from '../../src/shared/errors.js';
import { packChoices, readPack, type PackChoice } from './packs.js';
import { ablation, comparison, type Row } from './rows.js';
import { runRow, type RowResult, type Tools } from './runRow.js';
import { writeResults, type Results } from './writeResults.js';

interface Options {
  data: string;
  preset: string;
  seeds: string[];
  rows: string[];
  table: 'comparison' | 'ablation';
  out: string;
}

const tables = { comparison, ablation };

const program = new Command('experiments')
  .description('Trains and measures detectors on packs of real images; writes one table a pack.')
  .argument('<packs...>', `names of packs: ${packChoices.map(({ name }) => name).join(', ')}`)
  .requiredOption('--data <folder>', 'folder that holds the packs, each in the layout of MVTec AD with a settings.json')
  .option('--preset <name>', 'training preset of every row', 'cpu-small')
  .option('--seeds <numbers...>', 'one training a row for each', ['0', '1', '2'])
  .addOption(new Option('--table <name>', 'which rows').choices(Object.keys(tables)).default('comparison'))
  .option('--rows <words...>', 'only rows whose name holds one of these', [])
  .option('--out <folder>', 'where the tables go', 'docs/results')
  .parse();

const options = program.opts<Options>();
const compute = await createCompute();
const models = new ModelFiles(resolve('.residua/models'));
const tools: Tools = {
  compute,
  registry: new PluginRegistry(builtInPlugins),
  files: { cacheDirectory: resolve('.residua/cache'), modelFile: (source) => models.read(source), importOnnx },
  say: (text) => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`),
};
for (const name of program.args) await experiment(find(name));
await compute.dispose();

async function experiment(choice: PackChoice): Promise<void> {
  const pack = await readPack(resolve(options.data), choice);
  const { normal, anomalous, test } = pack;
  const results: Results = {
    name: options.table === 'comparison' ? choice.name : `${choice.name}-${options.table}`,
    command: commandOf(choice),
    preset: options.preset,
    images: { normal: normal.length, anomalous: anomalous.length, test: test.length },
    rows: [],
    left: [],
  };
  for (const row of chosenRows()) {
    const done: RowResult[] = [];
    for (const seed of options.seeds.map(Number)) {
      const result = await runRow(row, options.preset, pack, seed, tools).catch((error: unknown) => {
        if (!(error instanceof ProblemError)) throw error;
        return error.problems[0]!.message;
      });
      if (typeof result === 'string') {
        results.left.push({ row, reason: result });
        break;
      }
      const { pixelAp, imageAuroc } = result.metrics;
      tools.say(`${row.name}, seed ${seed}: pixel AP ${pixelAp?.toFixed(3)}, image AUROC ${imageAuroc?.toFixed(3)}`);
      done.push(result);
    }
    if (done.length > 0) results.rows.push({ row, results: done });
    // After each row, so that a run that is stopped leaves what it has.
    tools.say(`written: ${await writeResults(resolve(options.out), results)}`);
  }
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

function commandOf(choice: PackChoice): string {
  const seeds = `--seeds ${options.seeds.join(' ')}`;
  const table = options.table === 'comparison' ? '' : ` --table ${options.table}`;
  return `npm run experiments -- ${choice.name} --data <packs> --preset ${options.preset} ${seeds}${table}`;
}
