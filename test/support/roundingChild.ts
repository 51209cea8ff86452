/** `npm run test:gpu -- --rounding`: what rounding alone does to two steps of every detector. */
import type { DetectorCheckpoint, TrainingSteps } from '../../src/plugin-api/index.js';
import { hostTensor, type Compute, type HostTensor, type StatefulSpecs } from '../../src/shared/compute.js';
import { RandomSource } from '../../src/shared/random.js';
import type { Supervision } from '../../src/shared/training.js';
import { compute, registry } from '../contract/plugins.js';
import { fewSteps } from '../contract/tinyDetectors.js';
import { train } from '../contract/tinyTrainings.js';
import { gradientDistance } from '../gpu/gradients.js';

/** Of a parameter: some ten times what one operation of 32 bits rounds. */
const share = 1e-6;
const draws = 6;

/** The engine, with every training from parameters that are changed by up to `share` of themselves. */
function perturbed(random: RandomSource): Compute {
  const change = ({ data, shape, dtype }: HostTensor): HostTensor =>
    dtype === 'float32'
      ? hostTensor(
          Float32Array.from(data, (value) => value * (1 + share * random.between(-1, 1))),
          shape,
        )
      : { data, shape, dtype };
  const compile = (name: string, fn: Parameters<Compute['compile']>[1], specs: unknown) =>
    compute.compile(name, fn, changed(specs as StatefulSpecs));
  const changed = (specs: StatefulSpecs) => ('state' in specs ? { ...specs, state: specs.state.map(change) } : specs);
  return Object.assign(Object.create(compute) as Compute, { compile });
}

/** What a training reports of its first step, and of those behind it; its checkpoint behind the first, where there is one. */
async function twoSteps(id: string, supervision: Supervision, engine: Compute) {
  let checkpoint: DetectorCheckpoint | undefined;
  const keep: TrainingSteps['checkpoint'] = async (save) => {
    checkpoint ??= structuredClone(await save());
  };
  const { reports } = await train(id, supervision, 1, { params: fewSteps(id), compute: engine, checkpoint: keep });
  const [first = [], ...others] = reports.flatMap(({ metrics }) => (metrics ? [Object.values(metrics)] : []));
  return { first, others: others.flat(), checkpoint };
}

const distance = (values: readonly number[], right: readonly number[]) =>
  values.reduce((most, value, i) => Math.max(most, Math.abs(value - right[i]!) / Math.max(1, Math.abs(right[i]!))), 0);

console.log('| detector | first step | first gradients | steps behind it |\n| - | -: | -: | -: |');
for (const { id, supervisions } of registry.plugins('detector')) {
  let most = [0, 0, 0];
  for (const supervision of supervisions) {
    const right = await twoSteps(id, supervision, compute);
    for (let seed = 1; seed <= draws; seed++) {
      const found = await twoSteps(id, supervision, perturbed(RandomSource.fromSeed(seed)));
      const gradients = right.checkpoint ? gradientDistance(right.checkpoint, found.checkpoint!) : 0;
      const distances = [distance(found.first, right.first), gradients, distance(found.others, right.others)];
      most = most.map((each, i) => Math.max(each, distances[i]!));
    }
  }
  console.log(`| \`${id}\` | ${most.map((each) => each.toExponential(1)).join(' | ')} |`);
}
await compute.dispose();
