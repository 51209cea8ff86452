import { tf, type LossFunction, type LossPlugin, type z } from '../plugin-api/index.js';
import { unless, type ContractRule, type ContractSetting } from './rule.js';

type Plugin = LossPlugin<z.ZodObject>;

/** Value and gradient of a loss at probabilities of tokens and their labels: 0, 1, -1 unknown, -2 ignored. */
function measured(loss: LossFunction, probabilities: number[], labels: number[]) {
  return tf.tidy(() => {
    const valueOf = tf.valueAndGrad((p) => loss(p as tf.Tensor1D, tf.tensor1d(labels)));
    const { value, grad } = valueOf(tf.tensor1d(probabilities));
    return { gradient: Array.from(grad.dataSync()), value: value.dataSync()[0]!, rank: value.rank };
  });
}

const rule = (
  name: string,
  check: (measure: (p: number[], labels: number[]) => ReturnType<typeof measured>) => string[],
) => ({
  name,
  check: (plugin: Plugin, { params }: ContractSetting) => {
    const loss = plugin.create(params);
    return check((probabilities, labels) => measured(loss, probabilities, labels));
  },
});

/** What every loss keeps. */
export const lossRules: readonly ContractRule<Plugin>[] = [
  rule('is a finite scalar, at certainty too', (measure) => {
    const { value, rank, gradient } = measure([0, 1, 0, 1, 0.5], [0, 1, 1, 0, 1]);
    return unless(
      [rank === 0, `it gives a tensor of rank ${rank}`],
      [Number.isFinite(value), `it gives ${value} where probabilities are 0 and 1`],
      [gradient.every(Number.isFinite), `its gradient is ${gradient.join(', ')} where probabilities are 0 and 1`],
    );
  }),
  rule('falls when probabilities move towards their labels', (measure) => {
    const [near, far] = [measure([0.2, 0.8], [0, 1]), measure([0.4, 0.6], [0, 1])];
    const [normal, anomalous] = far.gradient as [number, number];
    return unless(
      [near.value < far.value, `it is ${near.value} near the labels and ${far.value} further off`],
      [normal > 0, `its gradient by a NORMAL token is ${normal}; it must be above 0`],
      [anomalous < 0, `its gradient by an ANOMALOUS token is ${anomalous}; it must be below 0`],
    );
  }),
  rule('gives unknown and ignored tokens no gradient', (measure) => {
    const [unknown, ignored] = measure([0.4, 0.6, 0.5, 0.5], [0, 1, -1, -2]).gradient.slice(2);
    return unless([unknown === 0 && ignored === 0, `theirs is ${unknown} and ${ignored}`]);
  }),
  rule('is finite when every token is unknown or ignored', (measure) => {
    const { value } = measure([0.5, 0.5], [-1, -2]);
    return unless([Number.isFinite(value), `it is ${value}`]);
  }),
  rule('gives back every tensor', (measure) => {
    const before = tf.memory().numTensors;
    measure([0.3, 0.7], [0, 1]);
    const kept = tf.memory().numTensors - before;
    return unless([kept === 0, `it keeps ${kept}`]);
  }),
];
