/**
 * Measures what the product computes beside its peers on the same work, and says whether the goals are met.
 *
 *     npm run bench                          every workload but gpu, some minutes each
 *     npm run bench -- prediction coreset    some
 *     npm run bench -- gpu                   a GPU beside the processor
 *     npm run bench -- --quick               less of everything: whether it runs and agrees; goals are shown and not judged
 *     npm run bench -- --help                which there are
 *
 * Exits with 1 when a goal was missed or two engines disagreed.
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Command, Argument } from 'commander';
import { agrees, holds, printComparison } from './measuring/printComparison.js';
import type { Workload } from './measuring/workload.js';
import { anomalib } from './workloads/anomalib/anomalib.js';
import { coreset } from './workloads/coreset.js';
import { draem } from './workloads/draem.js';
import { features } from './workloads/features.js';
import { gpu } from './workloads/gpu.js';
import { neighbours } from './workloads/neighbours.js';
import { paper } from './workloads/paper.js';
import { prediction } from './workloads/prediction.js';
import { predictionLog } from './workloads/predictionLog.js';
import { swin } from './workloads/swin.js';

const workloads: readonly Workload[] = [
  prediction,
  features,
  coreset,
  neighbours,
  swin,
  draem,
  anomalib,
  predictionLog,
  ...paper,
  gpu,
];

const list = workloads.map(({ name, description }) => `  ${name.padEnd(18)}${description}`).join('\n');
const program = new Command('bench')
  .description('Measures what Residua computes beside its peers, in the same run.')
  .addArgument(new Argument('[workloads...]', 'which; default all but gpu').choices(workloads.map(({ name }) => name)))
  .option('--quick', 'less of everything: says that all of it runs and agrees, not how fast', false)
  .addHelpText('after', `\nWorkloads:\n${list}\n\nratio: times the first row; CPU ms: of all threads together.`)
  .parse();
const { quick } = program.opts<{ quick: boolean }>();
// A GPU is measured where it is asked for.
const names = program.args.length > 0 ? program.args : workloads.filter((each) => each !== gpu).map(({ name }) => name);

if (names.length === 1) process.exitCode = (await measure(names[0]!)) ? 0 : 1;
else measureAll();

async function measure(name: string): Promise<boolean> {
  const comparisons = await workloads.find((workload) => workload.name === name)!.run({ quick });
  comparisons.forEach(printComparison);
  return comparisons.every(quick ? agrees : holds);
}

/** Each in a process of its own: none inherits the memory and the threads of another. */
function measureAll(): void {
  console.log(`${cpus()[0]!.model.trim()}, ${availableParallelism()} cores; medians without warm-up`);
  const [busy = 0] = loadavg();
  if (busy > 0.5) console.log(`Other processes keep ${busy.toFixed(1)} cores busy: the ratios mean little.`);
  const missed = names.filter((name) => {
    const self = [...process.execArgv, fileURLToPath(import.meta.url), name, ...(quick ? ['--quick'] : [])];
    return spawnSync(process.execPath, self, { stdio: 'inherit' }).status !== 0;
  });
  console.log(
    missed.length > 0
      ? `\nMissed: ${missed.join(', ')}`
      : quick
        ? '\nThe engines agree.'
        : '\nEvery goal is met, and the engines agree.',
  );
  process.exitCode = missed.length > 0 ? 1 : 0;
}
