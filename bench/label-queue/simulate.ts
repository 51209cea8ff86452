/**
 * Simulates which image is labelled next: masks of real packs are shown a few at a time, as if somebody had labelled them, in the order of each strategy of
 * `labelQueue`, and a linear model is trained behind each five.
 *
 *     npm run simulate:queue -- --data <packs>
 *     npm run simulate:queue -- bsdata --data <packs> --seeds 2 --rounds 3
 *
 * Prints for each strategy how many of the seconds that labels in random order take it needs for the same pixel AP, and writes docs/results/label-queue.md.
 */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { builtInPlugins } from '../../plugins/index.js';
import { createCompute, importOnnx } from '../../src/compute/index.js';
import { ModelFiles, PluginRegistry } from '../../src/plugin-host/index.js';
import { queueStrategies } from '../../src/services/label-queue/rankImages.js';
import { meanOf } from '../experiments/markdown.js';
import { packChoices, readPack } from '../experiments/packs.js';
import { labelInOrder, type Reached } from './labelInOrder.js';
import { readTokens } from './packTokens.js';
import { queueReport, type SimulatedPack } from './report.js';

const names = packChoices.filter(({ unseen }) => !unseen).map(({ name }) => name);
const program = new Command('simulate:queue')
  .description('Simulates which image to label next, on packs of real images with masks.')
  .addArgument(new Argument('[packs...]', 'which; default all').choices(names))
  .addOption(new Option('--data <folder>', 'folder that holds the packs').env('RESIDUA_PACKS').default('packs'))
  .option('--seeds <count>', 'how often, each with other images and another lot', whole, 5)
  .option('--rounds <count>', 'of five labels each', whole, 6)
  .option('--out <file>', 'where the page goes', 'docs/results/label-queue.md')
  .parse();
const { data, seeds, rounds, out } = program.opts<{ data: string; seeds: number; rounds: number; out: string }>();

const compute = await createCompute();
const models = new ModelFiles(resolve('.residua/models'));
const files = { cacheDirectory: resolve('.residua/cache'), modelFile: models.read.bind(models), importOnnx };
const tools = { compute, files, registry: new PluginRegistry(builtInPlugins), say: () => undefined };
const simulated: SimulatedPack[] = [];
for (const name of program.args.length > 0 ? program.args : names) {
  const pack = await readPack(
    resolve(data),
    packChoices.find((choice) => choice.name === name)!,
  );
  const runs: SimulatedPack['runs'] = queueStrategies.map((strategy) => ({ strategy, curves: [] as Reached[][] }));
  for (let seed = 0; seed < seeds; seed++) {
    const tokens = await readTokens(pack, seed, tools);
    for (const { strategy, curves } of runs) curves.push(labelInOrder(tokens, strategy, rounds, seed));
    const last = runs.map(({ strategy, curves }) => `${strategy} ${curves[seed]!.at(-1)!.pixelAp.toFixed(3)}`);
    console.error(
      `${name}, seed ${seed}: from ${meanOf([runs[0]!.curves[seed]![0]!.pixelAp]).toFixed(3)} to ${last.join(', ')}`,
    );
  }
  simulated.push({ name, runs });
}
await compute.dispose();
const report = queueReport(simulated, { seeds, rounds });
await writeFile(out, report);
console.log(report);

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number of at least 1.');
  return value;
}
