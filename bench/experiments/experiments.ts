/**
 * Trains and measures detectors on real images, and writes tables to `docs/results`.
 *
 *     npm run experiments -- --help
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { builtInPlugins } from '../../plugins/index.js';
import { PluginRegistry } from '../../src/plugin-host/index.js';
import { packChoices, readPack, type PackChoice } from './packs.js';
import { shownImages, writeMaps, writeTruth } from './mapStrips.js';
import { ResultStore, type Trained } from './resultStore.js';
import {
  ablation,
  ablationBasis,
  beyond,
  bound,
  boundBasis,
  boxes,
  comparison,
  kinds,
  methods,
  planRow,
  sizes,
  type Row,
} from './rows.js';
import { runRowApart } from './runRowApart.js';
import { seedsOf, tableRows } from './tableRows.js';
import { methodsName, writeMethods } from './writeMethods.js';
import { writeOverview } from './writeOverview.js';
import { writeResults } from './writeResults.js';

interface Options {
  data: string;
  preset: string;
  seeds: string[];
  rows: string[];
  table: keyof typeof tables;
  validation: boolean;
  training: boolean;
  again: boolean;
  out?: string;
}

const tables = { comparison, ablation, beyond, kinds, boxes, sizes, bound, methods: methods(builtInPlugins) };

const notes: Partial<Record<keyof typeof tables, string>> = { ablation: ablationBasis, bound: boundBasis };

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
  .option('--validation', 'test on training images that are held out instead: what presets are chosen by', false)
  .option('--no-training', 'only write the tables anew from the results that are stored')
  .option('--again', 'also train what other versions of the plugins have measured', false)
  .option('--out <folder>', 'where the tables go (default: docs/results, with another preset docs/results/<preset>)')
  .parse();

const options = program.opts<Options>();
const out = resolve(
  options.out ??
    join('docs/results', options.preset === 'cpu-small' ? '' : options.preset, options.validation ? 'validation' : ''),
);
const packs = resolve(options.data);
const registry = new PluginRegistry(builtInPlugins);
const say = (text: string) => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
const trainedOf = (row: Row) => planRow(registry, row, options.preset);
for (const name of program.args) await experiment(find(name));
if (options.table === 'comparison') say(`written: ${await writeOverview(out, options.preset, trainedOf)}`);

/** Seed by seed, so that a table is complete early; what a run that was stopped has measured is kept. */
async function experiment(choice: PackChoice): Promise<void> {
  const folder = resolve(packs, choice.folder);
  if (!existsSync(folder))
    program.error(`there is no folder ${folder}: name the folder of packs with --data or RESIDUA_PACKS`);
  const pack = await readPack(packs, choice);
  const name = nameOf(choice);
  // What methods cost is compared as this machine measures it now; other tables take what the comparison has.
  const store = await ResultStore.open(out, name, choice, options.table === 'methods' ? undefined : choice.name);
  const shown = shownImages(pack, choice);
  const strips = resolve(out, name);
  const isDrawn = options.training && shown.length > 0;
  if (isDrawn) await writeTruth(strips, shown);
  const left = new Map<string, string>();
  const asked = options.training ? missing(store) : [];
  for (const [i, { row, trained, seed }] of asked.entries()) {
    if (left.has(row.name)) continue;
    const problem = await measure(row, trained, { seed, title: `${i + 1} of ${asked.length}` });
    if (problem) {
      say(`${row.name}: ${problem}`);
      left.set(row.name, problem);
    }
    say(`written: ${await write()}`);
  }
  say(`written: ${await write()}`);

  async function measure(
    row: Row,
    trained: Trained,
    { seed, title }: { seed: number; title: string },
  ): Promise<string | undefined> {
    const order = { packs, pack: choice, preset: options.preset, row, seed };
    const outcome = await runRowApart(order, (text) => say(`${title}, ${text}`));
    if ('problem' in outcome) return outcome.problem;
    if ('died' in outcome) {
      process.exitCode = 1;
      return outcome.died;
    }
    const { result, maps } = outcome;
    const { pixelAp, imageAuroc } = result.metrics;
    say(
      `${title}, ${row.name}, seed ${seed}: pixel AP ${pixelAp?.toFixed(3)}, image AUROC ${imageAuroc?.toFixed(3)}, ` +
        `${result.trainingSeconds?.toFixed(0) ?? '–'} s, at most ${(result.peakBytes! / 1e6).toFixed(0)} MB`,
    );
    const gone = await store.add(row.name, trained, result);
    if (gone > 0) say(`${row.name}: ${gone} earlier results of other values or of this seed are replaced`);
    if (isDrawn) await writeMaps(strips, row.name, maps);
    return undefined;
  }

  function write(): Promise<string> {
    const rows = tables[options.table];
    if (options.table === 'methods') return writeMethods(out, { preset: options.preset, rows, trainedOf });
    const { normal, anomalous, test } = pack;
    const measured = tableRows(store, rows, trainedOf);
    const without = rows.filter(({ name: row }) => measured.every((each) => each.isFormer || each.name !== row));
    return writeResults(out, {
      name,
      command: commandOf(choice, seedsOf(measured)),
      preset: options.preset,
      note: notes[options.table],
      ...{ tile: choice.tile, validation: options.validation },
      images: { normal: normal.length, anomalous: anomalous.length, test: test.length },
      shown: shown.map(({ defectType }) => defectType!),
      rows: measured,
      left: without.map(({ name: row }) => ({ row, reason: left.get(row) ?? 'not yet' })),
    });
  }
}

/** Of a pack's results in this table. */
function nameOf({ name }: PackChoice): string {
  if (options.table === 'methods') return methodsName(name);
  return options.table === 'comparison' ? name : `${name}-${options.table}`;
}

/** Trainings that no stored result answers. */
function missing(store: ResultStore): { row: Row; trained: Trained; seed: number }[] {
  const asked = options.seeds.map(Number).flatMap((seed) => chosenRows().map((row) => ({ row, seed })));
  return asked
    .map((each) => ({ ...each, trained: trainedOf(each.row) }))
    .filter(({ trained, seed }) => !store.has(trained, seed, { sameVersions: options.again }));
}

function find(name: string): PackChoice {
  const found = packChoices.find((choice) => choice.name === name);
  if (!found) {
    return program.error(`there is no pack "${name}"; known: ${packChoices.map((each) => each.name).join(', ')}`);
  }
  // How large an image is seen matters where it is not cut up before.
  const { tile, ...whole } = found;
  const cut = options.table === 'sizes' || tile === undefined ? whole : found;
  const isBound = options.table === 'bound';
  return { ...cut, ...(options.validation && { validation: true }), ...(isBound && { manyLabels: true }) };
}

function chosenRows(): readonly Row[] {
  const rows = tables[options.table];
  if (options.rows.length === 0) return rows;
  return rows.filter(({ name }) => options.rows.some((word) => name.toLowerCase().includes(word.toLowerCase())));
}

function commandOf(choice: PackChoice, seeds: readonly number[]): string {
  const table = options.table === 'comparison' ? '' : ` --table ${options.table}`;
  const validation = options.validation ? ' --validation' : '';
  return `npm run experiments -- ${choice.name} --data <packs> --preset ${options.preset} --seeds ${seeds.join(' ')}${table}${validation}`;
}
