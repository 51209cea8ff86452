import { tf } from 'residua/plugin-api';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  coarseContext,
  fineContext,
  fineFactor,
  fineProblems,
  fitBankParams,
} from '../../../../src/toolkit/features/fineLayers.js';
import { jointDistances } from '../../../../src/toolkit/memory-bank/fineBank.js';
import { useCpuBackend } from '../tensors.js';

beforeAll(useCpuBackend);

const layer = (stride: number, channels: number) => ({ name: `of ${stride}`, stride, channels });
const three = [layer(4, 6), layer(8, 8), layer(16, 12)];

/** Every place of a layer has its channels' number. */
const featureExtractor = {
  weightsDigest: '',
  dispose: () => undefined,
  features: () => three.map(({ stride, channels }) => tf.fill([1, 64 / stride, 64 / stride, channels], channels)),
} as const;

const params = {
  ...{ hyperColumn: 'plain' as const, featureDimension: 20, positionWeight: 0.1 },
  ...{ fineLayers: 1, fineWeight: 0.3, fineVectors: 10 },
};
const image = tf.zeros<tf.Rank.R4>([1, 64, 64, 3]);
const context = {
  featureLayers: three,
  featureExtractor: featureExtractor as unknown as Parameters<typeof fineContext>[0]['featureExtractor'],
  params,
};

describe('fine layers', () => {
  it('are the first ones, with all of their channels and no position code; the others make the hyper-column', () => {
    const [coarse, fine] = [coarseContext(context), fineContext(context)];
    expect(coarse.featureLayers).toEqual(three.slice(1));
    expect(coarse.featureExtractor.features(image).map(({ shape }) => shape[3])).toEqual([8, 12]);
    expect(coarse.params).toEqual(params);
    expect(fine.featureLayers).toEqual(three.slice(0, 1));
    expect(fine.featureExtractor.features(image).map(({ shape }) => shape)).toEqual([[1, 16, 16, 6]]);
    expect(fine.params).toMatchObject({ featureDimension: 6, positionWeight: 0 });
  });

  it('leave everything as it is where there are none', () => {
    const none = { ...context, params: { ...params, fineLayers: 0 } };
    expect(coarseContext(none)).toBe(none);
    expect(fineFactor({ ...none, settings: { imageSize: 63 } })).toBe(1);
  });

  it.each([
    [three, 64, 1, undefined],
    [three, 64, 3, 'fineLayers is 3: the feature extractor gives 3 layers'],
    [three.slice(0, 1), 64, 1, 'fineLayers is 1: the feature extractor gives 1 layers'],
    [three, 60, 1, 'fineLayers is 1: imageSize 60 gives grids of strides 4 and 8 that do not divide each other'],
  ])('are refused where they do not fit: %o at %d pixels, %d of them', (featureLayers, imageSize, fineLayers, says) => {
    const problems = fineProblems({ featureLayers, settings: { imageSize }, params: { fineLayers } });
    expect(problems.map(({ message }) => message.slice(0, says?.length))).toEqual(says ? [says] : []);
  });

  it.each([
    [three, { featureDimension: 720 }, { featureDimension: 20 }],
    [three, { featureDimension: 16 }, {}],
    [three.slice(1), { featureDimension: 16 }, { fineLayers: 0 }],
    [three.slice(1), { featureDimension: 720 }, { fineLayers: 0, featureDimension: 20 }],
    [three.slice(0, 1), { featureDimension: 720 }, { fineLayers: 0, featureDimension: 4 }],
  ])('fit the layers of a backbone where nobody chose them: %o, %o', (featureLayers, given, fitted) => {
    expect(fitBankParams({ featureLayers, params: { ...params, ...given } })).toEqual(fitted);
  });
});

describe('a geometric mean of distances', () => {
  it('is that of both, the coarse one stretched; a place is normal where one says so', () => {
    const coarse = tf.tensor3d([4, 4, 4, 4], [1, 2, 2]);
    const fine = tf.tensor3d(
      Array.from({ length: 16 }, (_, i) => (i === 5 ? 0 : 9)),
      [1, 4, 4],
    );
    const joint = jointDistances(coarse, fine, 0.5).dataSync();
    expect(joint[0]).toBeCloseTo(6, 4);
    expect(joint[5]).toBeLessThan(0.01);
    const [alone] = jointDistances(coarse, fine, 0).dataSync();
    expect(alone).toBeCloseTo(4, 4);
  });
});
