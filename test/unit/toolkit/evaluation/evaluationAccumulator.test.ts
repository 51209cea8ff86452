import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../../../src/shared/errors.js';
import { RandomSource } from '../../../../src/shared/random.js';
import {
  evaluate,
  EvaluationAccumulator,
  type EvaluatedMap,
} from '../../../../src/toolkit/evaluation/evaluationAccumulator.js';

function image(random: RandomSource, defectType: string | null, side = 12): EvaluatedMap {
  const mask = new Uint8Array(side * side);
  if (defectType) for (let y = 3; y < 7; y++) mask.fill(1, y * side + 2, y * side + 6);
  const scores = Float32Array.from(mask, (anomalous) => random.normal() + anomalous);
  const isAnomalous = defectType !== null;
  return {
    width: side,
    height: side,
    scores,
    mask: isAnomalous ? mask : null,
    anomalyScore: scores.reduce((highest, score) => Math.max(highest, score)),
    isAnomalous,
    defectType,
  };
}

describe('metrics per defect type', () => {
  const random = RandomSource.fromSeed(4);
  const types = [null, 'scratch', 'blowhole', null, 'scratch', null];
  const images = types.map((type) => image(random, type));

  it('are those of the type together with all normal images', () => {
    const { byDefectType } = evaluate(images);
    expect(byDefectType.map(({ defectType, images: count }) => [defectType, count])).toEqual([
      ['blowhole', 1],
      ['scratch', 2],
    ]);
    for (const { defectType, metrics } of byDefectType) {
      const alone = images.filter((each) => each.defectType === null || each.defectType === defectType);
      expect(metrics).toEqual(evaluate(alone).metrics);
    }
  });

  it('leave out anomalous images of no named type, which count in the totals', () => {
    const unnamed = { ...image(random, 'x'), defectType: null };
    const result = evaluate([...images, unnamed]);
    expect(result.byDefectType).toEqual(evaluate(images).byDefectType);
    expect(result.metrics).toEqual(evaluate([...images, { ...unnamed, defectType: 'other' }]).metrics);
  });
});

describe('what is not defined is null', () => {
  const random = RandomSource.fromSeed(5);

  it('with normal images only', () => {
    const { metrics, byDefectType, rocCurve, precisionRecallCurve, proCurve } = evaluate([image(random, null)]);
    const { proFprLimit, ...values } = metrics;
    expect(proFprLimit).toBe(0.3);
    expect(Object.values(values)).toEqual(Array(9).fill(null));
    expect([byDefectType, rocCurve, precisionRecallCurve, proCurve]).toEqual([[], [], [], []]);
  });

  it('with nothing at all', () => {
    expect(evaluate([]).metrics.imageAuroc).toBeNull();
  });

  it('with anomalous pixels only: AP and F1 are 1', () => {
    const whole = { ...image(random, 'all'), mask: new Uint8Array(144).fill(1) };
    const { metrics } = evaluate([whole]);
    expect([metrics.pixelAuroc, metrics.pro, metrics.pixelAp, metrics.pixelF1Max]).toEqual([null, null, 1, 1]);
  });

  it('for pixels of anomalous images without a mask: they count in the image metrics only', () => {
    const unmasked = { ...image(random, 'scratch'), mask: null, anomalyScore: 99 };
    const normal = image(random, null);
    const { metrics } = evaluate([unmasked, normal]);
    expect([metrics.imageAuroc, metrics.pixelAuroc]).toEqual([1, null]);
    const masked = image(random, 'scratch');
    expect(evaluate([unmasked, normal, masked]).metrics.pixelAuroc).toBe(evaluate([normal, masked]).metrics.pixelAuroc);
  });
});

describe('curves', () => {
  const random = RandomSource.fromSeed(6);
  const images = [image(random, null, 200), image(random, 'scratch', 200), image(random, 'stain', 200)];
  const exact = evaluate(images, { curvePoints: 1_000_000 });
  const thinned = evaluate(images, { curvePoints: 60 });

  it('have few points and start and end where they must', () => {
    for (const curve of [thinned.rocCurve, thinned.proCurve]) {
      expect(curve.length).toBeLessThanOrEqual(60);
      expect(curve[0]).toEqual({ x: 0, y: 0, threshold: null });
      expect(curve.at(-1)).toMatchObject({ x: 1, y: 1 });
    }
    expect(thinned.precisionRecallCurve.at(-1)?.x).toBe(1);
  });

  it('keep their shape: the area of the thinned curve is that of the metric', () => {
    const area = (curve: readonly { x: number; y: number }[]) =>
      curve.slice(1).reduce((sum, { x, y }, i) => sum + ((x - curve[i]!.x) * (y + curve[i]!.y)) / 2, 0);
    expect(area(thinned.rocCurve)).toBeCloseTo(exact.metrics.pixelAuroc!, 2);
    expect(area(exact.rocCurve)).toBeCloseTo(exact.metrics.pixelAuroc!, 3);
    expect(area(thinned.proCurve)).toBeCloseTo(evaluate(images, { proFprLimit: 1 }).metrics.pro!, 2);
    expect(area(exact.precisionRecallCurve)).toBeCloseTo(exact.metrics.pixelAp!, 2);
  });

  it('run in order and carry the threshold that gives the point', () => {
    const scores = images.flatMap((each) => [...each.scores]);
    const masks = images.flatMap((each) => (each.mask ? [...each.mask] : Array<number>(200 * 200).fill(0)));
    const normal = scores.filter((_, i) => masks[i] === 0);
    for (const curve of [thinned.rocCurve, thinned.proCurve]) {
      curve.slice(1).forEach((point, i) => {
        expect(point.x).toBeGreaterThanOrEqual(curve[i]!.x);
        expect(point.y).toBeGreaterThanOrEqual(curve[i]!.y);
        expect(normal.filter((score) => score >= point.threshold!).length / normal.length).toBeCloseTo(point.x, 10);
      });
    }
  });
});

describe('bad input', () => {
  const good = image(RandomSource.fromSeed(7), 'scratch');

  it('a score that is no number is a coded error that names image and place', () => {
    for (const value of [NaN, Infinity, -Infinity]) {
      const scores = good.scores.slice();
      scores[25] = value;
      const add = () => new EvaluationAccumulator().add({ ...good, scores, name: 'tile.png' });
      expect(add).toThrow(ProblemError);
      expect(add).toThrow(`NON_FINITE_OUTPUT: tile.png: the score at row 2, column 1 is ${value}`);
    }
    expect(() => evaluate([{ ...good, anomalyScore: NaN }])).toThrow(
      'NON_FINITE_OUTPUT: image: the image score is NaN',
    );
  });

  it('a normal image with an anomalous mask is a contradiction', () => {
    expect(() => evaluate([{ ...good, isAnomalous: false, name: 'a.png' }])).toThrow(
      'LABEL_CONTRADICTION: a.png: labelled normal, but its mask has 16 anomalous pixels',
    );
  });

  it('a refused image leaves no trace', () => {
    const accumulator = new EvaluationAccumulator();
    accumulator.add(good);
    expect(() => accumulator.add({ ...good, anomalyScore: NaN })).toThrow();
    expect(accumulator.finish()).toEqual(evaluate([good]));
  });

  it('arrays of a wrong length, options out of range and use after the end are refused', () => {
    expect(() => evaluate([{ ...good, width: 5 }])).toThrow('144 scores for 5 x 12');
    expect(() => evaluate([{ ...good, mask: new Uint8Array(3) }])).toThrow('mask of 3');
    expect(() => new EvaluationAccumulator({ proFprLimit: 0 })).toThrow('proFprLimit is 0');
    expect(() => new EvaluationAccumulator({ curvePoints: 1 })).toThrow('curvePoints is 1');
    const accumulator = new EvaluationAccumulator();
    accumulator.finish();
    expect(() => accumulator.add(good)).toThrow('finished');
    expect(() => accumulator.finish()).toThrow('finished');
  });

  it('the arrays given may be reused at once', () => {
    const accumulator = new EvaluationAccumulator();
    const scores = good.scores.slice();
    accumulator.add({ ...good, scores });
    scores.fill(0);
    expect(accumulator.finish()).toEqual(evaluate([good]));
  });
});
