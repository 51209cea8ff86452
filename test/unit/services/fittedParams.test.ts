import { describe, expect, it } from 'vitest';
import { builtInPlugins } from '../../../plugins/index.js';
import { defineFeatureExtractor, tf, z } from '../../../src/plugin-api/index.js';
import { PluginRegistry } from '../../../src/plugin-host/index.js';
import { planTraining, type TrainingPlan } from '../../../src/services/training/trainingPlan.js';
import type { Supervision } from '../../../src/shared/training.js';

const thin = defineFeatureExtractor({
  ...{ id: 'thin', version: '1.0.0', apiVersion: 2, title: 'Thin', description: 'A colour, repeated.' },
  params: z.strictObject({ channels: z.int().min(1).default(26) }),
  sizeMultiple: 8,
  layers: ({ channels }) => [{ name: 'colour', channels, stride: 8 }],
  load: ({ channels }) =>
    Promise.resolve({
      weightsDigest: '0'.repeat(64),
      features: (images) => [tf.tile(tf.mean(tf.avgPool(images, 8, 8, 'valid'), 3, true), [1, 1, 1, channels])],
      dispose: () => {},
    }),
});
const registry = new PluginRegistry([...builtInPlugins, thin]);

/** A plan on so many channels. */
function planOn(channels: number, id: string, params: object = {}, choice: { preset?: string } = {}): TrainingPlan {
  const supervision: Supervision = id === 'devnet' ? 'SUPERVISED' : 'UNSUPERVISED';
  const featureExtractor = { id: 'thin', params: { channels } };
  const detector = { id, params: { ...params } };
  return planTraining(registry, { supervision, detector, featureExtractor, ...choice }, ['input']);
}

describe('a feature dimension that nobody gave', () => {
  it.each([
    ['semirest', {}, 24],
    ['patchcore', {}, 24],
    ['patchcore', { positionWeight: 0 }, 26],
    ['simplenet', {}, 26],
    ['devnet', {}, 26],
  ])('of %s %o is what a backbone of 26 channels has: %i', (id, params, expected) => {
    expect(planOn(26, id, params).detector.params['featureDimension']).toBe(expected);
  });

  it('of a preset is what the backbone has', () => {
    expect(planOn(1023, 'semirest', { hyperColumn: 'plain' }, { preset: 'paper' }).detector.params).toMatchObject({
      featureDimension: 1020,
      swinDimension: 512,
    });
  });

  it('stays as it is where the backbone has as many channels, or where each layer is pooled first', () => {
    expect(planOn(720, 'patchcore').detector.params['featureDimension']).toBe(720);
    expect(planOn(2000, 'patchcore').detector.params['featureDimension']).toBe(720);
    expect(planOn(26, 'patchcore', { hyperColumn: 'patchcore' }).detector.params['featureDimension']).toBe(720);
  });

  it('is refused where the backbone has too few channels for any', () => {
    expect(() => planOn(3, 'patchcore')).toThrow('featureDimension is 720: the feature extractor has only 3 channels');
    expect(planOn(4, 'patchcore').detector.params['featureDimension']).toBe(4);
  });

  it('goes on in a run that continues from a model version', () => {
    const made = planOn(26, 'semirest');
    const choice = { supervision: 'UNSUPERVISED', detector: { id: 'semirest' } } as const;
    const startFrom = { ...made, sampleBits: null, modelFiles: [] };
    expect(planTraining(registry, choice, ['input'], startFrom).detector.params).toEqual(made.detector.params);
  });
});

describe('a run that was recorded before its detector had a parameter', () => {
  const defaults = { head: 'swin', whitening: 0 };
  const made = planOn(720, 'semirest', defaults);
  const { head, whitening, ...older } = made.detector.params;
  const startFrom = { ...made, detector: { ...made.detector, params: older }, sampleBits: null, modelFiles: [] };
  const continued = (params: object) =>
    planTraining(
      registry,
      { supervision: 'UNSUPERVISED', detector: { id: 'semirest', params: { ...params } } },
      ['input'],
      startFrom,
    );

  it('counts as trained with its default', () => {
    expect({ head, whitening }).toEqual(defaults);
    expect(continued(defaults).detector.params).toMatchObject(defaults);
  });

  it('is not continued with another value', () => {
    expect(() => continued({ ...defaults, head: 'linear' })).toThrow(
      'head is linear, but the model version to continue from was trained with swin',
    );
    expect(() => continued({ ...defaults, whitening: 1 })).toThrow('was trained with 0');
  });
});

it('a feature dimension that is given and too large is refused by name, whatever fits', () => {
  for (const id of ['semirest', 'patchcore', 'simplenet', 'devnet']) {
    const message = 'featureDimension is 720: the feature extractor has only 26 channels';
    expect(() => planOn(26, id, { featureDimension: 720 }), id).toThrow(message);
  }
  expect(planOn(26, 'patchcore', { featureDimension: 8 }).detector.params['featureDimension']).toBe(8);
});

it('the channels of PaDiM that nobody gave are all that the backbone has, and those given are refused', () => {
  expect(planOn(26, 'padim').detector.params['channels']).toBe(26);
  expect(planOn(26, 'padim', {}, { preset: 'paper' }).detector.params['channels']).toBe(26);
  expect(() => planOn(26, 'padim', { channels: 100 })).toThrow('channels is 100: the feature extractor has only 26');
});
