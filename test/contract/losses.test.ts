import { describe, expect, it } from 'vitest';
import { tf } from '../../src/plugin-api/index.js';
import { compute, registry } from './plugins.js';

void compute;

describe.each(registry.plugins('loss').map((plugin) => [plugin.id, plugin] as const))('loss %s', (_, plugin) => {
  const loss = plugin.create(plugin.params.parse({}));
  const measure = (probabilities: number[], labels: number[]) =>
    tf.tidy(() => {
      const { value, grad } = tf.valueAndGrad((p) => loss(p as tf.Tensor1D, tf.tensor1d(labels)))(
        tf.tensor1d(probabilities),
      );
      return { gradient: Array.from(grad.dataSync()), loss: value.dataSync()[0]!, rank: value.rank };
    });

  it('is a finite scalar, at certainty too', () => {
    const { loss: value, rank, gradient } = measure([0, 1, 0, 1, 0.5], [0, 1, 1, 0, 1]);
    expect(rank).toBe(0);
    expect(Number.isFinite(value)).toBe(true);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });

  it('falls when probabilities move towards their labels', () => {
    expect(measure([0.2, 0.8], [0, 1]).loss).toBeLessThan(measure([0.4, 0.6], [0, 1]).loss);
    const { gradient } = measure([0.4, 0.6], [0, 1]);
    expect(gradient[0]).toBeGreaterThan(0);
    expect(gradient[1]).toBeLessThan(0);
  });

  it('gives unknown and ignored tokens no gradient', () => {
    const { gradient } = measure([0.4, 0.6, 0.5, 0.5], [0, 1, -1, -2]);
    expect(gradient.slice(2)).toEqual([0, 0]);
  });

  it('is finite when every token is unknown or ignored', () => {
    expect(Number.isFinite(measure([0.5, 0.5], [-1, -2]).loss)).toBe(true);
  });

  it('gives back every tensor', () => {
    const before = tf.memory().numTensors;
    measure([0.3, 0.7], [0, 1]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
