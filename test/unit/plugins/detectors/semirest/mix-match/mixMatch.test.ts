import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { RandomSource } from '../../../../../../src/shared/random.js';
import {
  guess,
  mixMatchLosses,
  mixUp,
  sharpen,
} from '../../../../../../plugins/detectors/semirest/mix-match/mixMatch.js';
import {
  drawMixMatchPairs,
  mixMatchPairs,
  unlabelledWeight,
} from '../../../../../../plugins/detectors/semirest/mix-match/mixMatchPairs.js';
import { tokenDropout } from '../../../../../../src/toolkit/residuals/tokenDropout.js';
import { lossAndGradients } from '../../../../../../src/toolkit/optimisation/gradients.js';
import { mixMatchObjective } from '../../../../../../plugins/detectors/semirest/mix-match/mixMatchObjective.js';
import type { NamedTensors } from '../../../../../../src/toolkit/layers/namedTensors.js';
import { array, expectGolden, type GoldenCase, goldenCases, number } from '../../../../../golden/golden.js';
import { run, tensor, useCpuBackend } from '../../../../toolkit/tensors.js';

beforeAll(useCpuBackend);

const topic = '10-mixmatch';
const lambdaOf = (value: unknown) => (typeof value === 'number' ? value : array(value).data);

function lossSettings({ alphaX, gammaX, alphaU, gammaU }: GoldenCase['inputs']) {
  return {
    labelled: { alpha: number(alphaX), gamma: number(gammaX) },
    unlabelled: { alpha: number(alphaU), gamma: number(gammaU) },
  };
}

function rampOf({ step, lambdaUTarget, rampSteps }: GoldenCase['inputs']): number {
  return unlabelledWeight(number(step), number(lambdaUTarget), number(rampSteps));
}

describe('MixMatch (Algorithm 1)', () => {
  test.each(goldenCases(topic, 'sharpen'))('$name', (golden) => {
    const { p, temperature } = golden.inputs;
    expectGolden(
      golden,
      run([tensor(p)], (q) => ({ sharpened: sharpen(q, number(temperature)) })),
    );
  });

  test.each(goldenCases(topic, 'guess'))('$name', (golden) => {
    const { predictions, temperature } = golden.inputs;
    expectGolden(
      golden,
      run([tensor(predictions)], (p) => ({ guess: guess(p, number(temperature)) })),
    );
  });

  test.each(goldenCases(topic, 'mixup'))('$name', (golden) => {
    const { first, second, firstTargets, secondTargets, lambda } = golden.inputs;
    const weight = typeof lambda === 'number' ? tf.scalar(lambda) : tensor(lambda);
    const [own, partner] = [tensor<Tensor2D>(first), tensor<Tensor2D>(second)];
    const [ownTargets, partnerTargets] = [tensor<Tensor1D>(firstTargets), tensor<Tensor1D>(secondTargets)];
    const result = run([own, partner, ownTargets, partnerTargets, weight], () => {
      const mixed = mixUp({ tokens: own, targets: ownTargets }, { tokens: partner, targets: partnerTargets }, weight);
      return { mixed: mixed.tokens, mixedTargets: mixed.targets };
    });
    expectGolden(golden, result);
  });

  test.each(goldenCases(topic, 'lambda_u'))('$name', (golden) => {
    const { step, target, rampSteps } = golden.inputs;
    expectGolden(golden, { lambdaU: unlabelledWeight(number(step), number(target), number(rampSteps)) });
  });

  test.each(goldenCases(topic, 'mixmatch_losses'))('$name', (golden) => {
    const { labels, mixedTargets, predictions } = golden.inputs;
    const settings = lossSettings(golden.inputs);
    const lambdaU = rampOf(golden.inputs);
    const { p, ...result } = run([tensor(labels), tensor(mixedTargets), tensor(predictions)], (own, targets, y) => {
      const { agreement, labelledLoss, unlabelledLoss } = mixMatchLosses(own, targets, y, settings);
      const total = (x: Tensor): Scalar =>
        tf.tidy(() => {
          const losses = mixMatchLosses(own, targets, x, settings);
          return tf.add(losses.labelledLoss, tf.mul(losses.unlabelledLoss, lambdaU));
        });
      return {
        p: agreement,
        lossX: labelledLoss,
        lossU: unlabelledLoss,
        lossMix: total(y),
        gradPredictions: tf.grad(total)(y),
      };
    });
    // The agreement of a token that takes no part means nothing.
    const takesPart = array(labels).data.map((label) => (label === 0 || label === -1 ? 1 : 0));
    const wanted = array(golden.expected['p']).data;
    const agreement = p.data.map((value, i) => (takesPart[i] ? value : wanted[i]!));
    expectGolden(golden, { ...result, p: agreement, lambdaU });
  });

  test.each(goldenCases(topic, 'mixmatch_step'))('$name', (golden) => {
    const { inputs } = golden;
    const copies = tensor(inputs['copies']);
    const labels = tensor(inputs['labels']);
    const everyLabel = Array.from({ length: copies.shape[0] }, () => [...array(inputs['labels']).data]).flat();
    const pairs = mixMatchPairs(everyLabel, array(inputs['permutation']).data, lambdaOf(inputs['lambda']));
    const given = {
      copies,
      labels,
      partners: tf.tensor1d(pairs.partners, 'int32'),
      lambdas: tf.tensor1d(pairs.lambdas),
    };
    const tau = tensor(inputs['dropoutTau']);
    const parameters = { weight: tensor(inputs['weight']), bias: tf.scalar(number(inputs['bias'])) };
    const lambdaU = rampOf(inputs);
    const predict = ({ weight, bias }: NamedTensors, tokens: Tensor) =>
      tf.tidy(() => tf.sigmoid(tf.add(tf.sum(tf.mul(tokens, weight!), -1), bias!)));
    const settings = {
      ...lossSettings(inputs),
      temperature: number(inputs['temperature']),
      drop: (tokens: Tensor) => tokenDropout(tokens, tau, number(inputs['dropoutAlpha'])),
    };
    const result = run([...Object.values(given), ...Object.values(parameters), tau], () => {
      const { losses, ...mixed } = mixMatchObjective(parameters, predict, given, settings);
      const { labelledLoss: lossX, unlabelledLoss: lossU, predictions } = losses(parameters);
      const { loss: lossMix, gradients } = lossAndGradients(parameters, (current) =>
        tf.tidy(() => {
          const { labelledLoss, unlabelledLoss } = losses(current);
          return tf.add(labelledLoss, tf.mul(unlabelledLoss, lambdaU));
        }),
      );
      const { weight, bias } = gradients;
      return { ...mixed, predictions, lossX, lossU, lossMix, gradWeight: weight!, gradBias: bias! };
    });
    expectGolden(golden, { ...result, lambdaU });
  });
});

describe('pairs for MixUp', () => {
  test('tokens that take no part are their own partners with lambda 1', () => {
    const pairs = drawMixMatchPairs([0, -2, -1, 1, 0, -1], 0.75, RandomSource.fromSeed(4));
    const parts = [0, 2, 4, 5];
    expect([pairs.partners[1], pairs.partners[3]]).toEqual([1, 3]);
    expect([pairs.lambdas[1], pairs.lambdas[3]]).toEqual([1, 1]);
    expect(parts.map((place) => pairs.partners[place]).sort()).toEqual(parts);
    expect(parts.every((place) => pairs.lambdas[place]! > 0 && pairs.lambdas[place]! < 1)).toBe(true);
  });

  test('refuse a permutation of another length', () => {
    expect(() => mixMatchPairs([0, -1, -2], [0, 1, 2], 0.5)).toThrow('2 tokens are mixed, but the permutation has 3');
    expect(() => mixMatchPairs([0, -1, -2], [0, 1], [0.5])).toThrow('the list of lambdas has 1 elements');
  });
});
