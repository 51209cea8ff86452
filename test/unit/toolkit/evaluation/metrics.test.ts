import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binaryMetrics } from '../../../../src/toolkit/evaluation/binaryMetrics.js';
import { connectedComponents } from '../../../../src/toolkit/pixels/connectedComponents.js';
import { evaluate, type EvaluatedMap } from '../../../../src/toolkit/evaluation/evaluationAccumulator.js';
import { array, expectGolden, goldenCases, number } from '../../../golden/golden.js';
import {
  referenceAuroc,
  referenceAveragePrecision,
  referenceF1Max,
  referencePro,
  referenceProCurve,
} from '../../../reference/metrics.js';

/** Images `[n, h, w]` of a golden case or a test as the evaluation takes them. */
function imagesOf(
  maps: Float32Array,
  masks: Float32Array | Uint8Array,
  [n, height, width]: readonly number[],
): EvaluatedMap[] {
  const pixels = height! * width!;
  return Array.from({ length: n! }, (_, i) => {
    const scores = maps.slice(i * pixels, (i + 1) * pixels);
    const mask = Uint8Array.from(masks.subarray(i * pixels, (i + 1) * pixels));
    const isAnomalous = mask.includes(1);
    const anomalyScore = Math.max(...scores);
    return { width: width!, height: height!, scores, mask, anomalyScore, isAnomalous, defectType: null };
  });
}

const goldenNames = ({ auroc, averagePrecision, f1Max, f1MaxThreshold }: ReturnType<typeof binaryMetrics>) => ({
  auroc,
  averagePrecision,
  f1Max,
  f1Threshold: f1MaxThreshold,
});

describe('against the golden vectors', () => {
  it.each(goldenCases('14-metrics', 'binary_metrics'))('agrees with $name, as items', (golden) => {
    const scores = array(golden.inputs['scores']).data;
    const labels = array(golden.inputs['labels']).data;
    expectGolden(golden, goldenNames(binaryMetrics(scores, labels)));
  });

  it.each(goldenCases('14-metrics', 'binary_metrics'))('agrees with $name, as pixels', (golden) => {
    const scores = array(golden.inputs['scores']).data;
    const { metrics } = evaluate(imagesOf(scores, array(golden.inputs['labels']).data, [1, 1, scores.length]));
    expectGolden(golden, {
      auroc: metrics.pixelAuroc,
      averagePrecision: metrics.pixelAp,
      f1Max: metrics.pixelF1Max,
      f1Threshold: metrics.pixelF1MaxThreshold,
    });
  });

  it.each(goldenCases('14-metrics', 'image_metrics'))('agrees with $name', (golden) => {
    const maps = array(golden.inputs['maps']);
    const labels = array(golden.inputs['labels']).data;
    const images = imagesOf(maps.data, new Uint8Array(maps.data.length), maps.shape).map((image, i) => ({
      ...image,
      mask: null,
      isAnomalous: labels[i] === 1,
    }));
    const { metrics } = evaluate(images);
    expectGolden(golden, {
      scores: images.map((image) => image.anomalyScore),
      auroc: metrics.imageAuroc,
      averagePrecision: metrics.imageAp,
      f1Max: metrics.imageF1Max,
      f1Threshold: metrics.imageF1MaxThreshold,
    });
  });

  it.each(goldenCases('14-metrics', 'aupro'))('agrees with $name', (golden) => {
    const maps = array(golden.inputs['maps']);
    const masks = array(golden.inputs['masks']).data;
    const proFprLimit = number(golden.inputs['fprLimit']);
    const images = imagesOf(maps.data, masks, maps.shape);
    const result = evaluate(images, { proFprLimit, curvePoints: 100_000 });
    const components = images
      .map(({ width, height, mask }) => connectedComponents({ width, height, data: mask! }).components.length)
      .reduce((sum, count) => sum + count);
    expectGolden(golden, { aupro: result.metrics.pro, components }, ['curveFpr', 'curvePro']);
    if (!golden.expected['curveFpr']) return;
    // Every point of the whole curve lies on ours, which leaves out points between two corners.
    const fpr = array(golden.expected['curveFpr']).data;
    const pro = array(golden.expected['curvePro']).data;
    fpr.forEach((x, i) =>
      expect(distanceToCurve({ x, y: pro[i]! }, result.proCurve)).toBeLessThan(golden.tolerance.abs),
    );
  });
});

function distanceToCurve(point: { x: number; y: number }, curve: readonly { x: number; y: number }[]): number {
  let nearest = Infinity;
  for (let i = 1; i < curve.length; i++) {
    const [a, b] = [curve[i - 1]!, curve[i]!];
    const length = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
    const along = length === 0 ? 0 : ((point.x - a.x) * (b.x - a.x) + (point.y - a.y) * (b.y - a.y)) / length;
    const t = Math.min(1, Math.max(0, along));
    nearest = Math.min(nearest, Math.hypot(point.x - a.x - t * (b.x - a.x), point.y - a.y - t * (b.y - a.y)));
  }
  return nearest;
}

/** Few distinct scores, so that ties are common. */
const scoredImages = fc
  .record({
    n: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 1, max: 6 }),
    width: fc.integer({ min: 1, max: 6 }),
    levels: fc.constantFrom(1, 3, 8, 1000),
  })
  .chain(({ n, height, width, levels }) => {
    const count = n * height * width;
    return fc.record({
      shape: fc.constant([n, height, width]),
      maps: fc
        .array(fc.integer({ min: -levels, max: levels }), { minLength: count, maxLength: count })
        .map((values) => Float32Array.from(values, (value) => Math.fround(value / 7))),
      masks: fc
        .array(fc.constantFrom(0, 0, 0, 1), { minLength: count, maxLength: count })
        .map((values) => Uint8Array.from(values)),
    });
  });

describe('against the slow reference', () => {
  it('computes the same pixel metrics', () => {
    fc.assert(
      fc.property(scoredImages, fc.constantFrom(0.05, 0.3, 1), ({ shape, maps, masks }, proFprLimit) => {
        const { metrics } = evaluate(imagesOf(maps, masks, shape), { proFprLimit });
        const scores = [...maps];
        const labels = [...masks];
        const images = imagesOf(maps, masks, shape).map(({ scores: values, mask, width, height }) => ({
          scores: [...values],
          mask: { width, height, data: mask! },
        }));
        const { f1Max, f1MaxThreshold } = referenceF1Max(scores, labels);
        expectSame(metrics.pixelAuroc, referenceAuroc(scores, labels));
        expectSame(metrics.pixelAp, referenceAveragePrecision(scores, labels));
        expectSame(metrics.pixelF1Max, f1Max);
        expectSame(metrics.pixelF1MaxThreshold, f1MaxThreshold);
        const imageScores = images.map((image) => image.scores);
        expectSame(
          metrics.pro,
          referencePro(
            imageScores,
            images.map((image) => image.mask),
            proFprLimit,
          ),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('draws the same PRO curve', () => {
    fc.assert(
      fc.property(scoredImages, ({ shape, maps, masks }) => {
        const images = imagesOf(maps, masks, shape);
        const curve = referenceProCurve(
          images.map(({ scores }) => [...scores]),
          images.map(({ width, height, mask }) => ({ width, height, data: mask! })),
        );
        const { proCurve } = evaluate(images);
        if (!curve) expect(proCurve).toEqual([]);
        else for (const { fpr, pro } of curve) expect(distanceToCurve({ x: fpr, y: pro }, proCurve)).toBeLessThan(1e-3);
      }),
    );
  });
});

function expectSame(got: number | null, expected: number | null): void {
  if (expected === null) expect(got).toBeNull();
  else expect(got).toBeCloseTo(expected, 10);
}

describe('laws', () => {
  const values = ({ metrics }: ReturnType<typeof evaluate>) => [
    metrics.pixelAuroc,
    metrics.pixelAp,
    metrics.pro,
    metrics.pixelF1Max,
    metrics.imageAuroc,
    metrics.imageAp,
    metrics.imageF1Max,
  ];

  it('a strictly rising transform of the scores changes nothing but the thresholds', () => {
    fc.assert(
      fc.property(scoredImages, ({ shape, maps, masks }) => {
        const transformed = maps.map((score) => Math.atan(score) * 3 - 100);
        const distinct = (list: Float32Array) => new Set(list).size;
        fc.pre(distinct(transformed) === distinct(maps));
        expect(values(evaluate(imagesOf(transformed, masks, shape)))).toEqual(
          values(evaluate(imagesOf(maps, masks, shape))),
        );
      }),
    );
  });

  it('the order of the images changes nothing', () => {
    fc.assert(
      fc.property(scoredImages, ({ shape, maps, masks }) => {
        const images = imagesOf(maps, masks, shape);
        const [a, b] = [values(evaluate(images)), values(evaluate([...images].reverse()))];
        a.forEach((value, i) => expectSame(value, b[i]!));
      }),
    );
  });

  it('perfect scores give 1, inverted ones an AUROC of 0', () => {
    fc.assert(
      fc.property(scoredImages, ({ shape, masks }) => {
        const [anomalous, normal] = [masks.includes(1), masks.includes(0)];
        fc.pre(anomalous && normal);
        const perfect = evaluate(imagesOf(Float32Array.from(masks), masks, shape)).metrics;
        for (const value of [perfect.pixelAuroc, perfect.pixelAp, perfect.pixelF1Max, perfect.pro])
          expectSame(value, 1);
        expect(perfect.pixelF1MaxThreshold).toBe(1);
        const inverted = evaluate(
          imagesOf(
            Float32Array.from(masks, (v) => -v),
            masks,
            shape,
          ),
        ).metrics;
        expectSame(inverted.pixelAuroc, 0);
      }),
    );
  });

  it('0 and -0 are one threshold', () => {
    const image = imagesOf(Float32Array.of(0, -0, -1), Uint8Array.of(0, 1, 0), [1, 1, 3]);
    expect(evaluate(image).metrics.pixelAuroc).toBe(0.75);
    expect(binaryMetrics([0, -0, -1], [0, 1, 0]).auroc).toBe(0.75);
  });
});
