import { expect, it } from 'vitest';
import { explainVerdict } from '../../../src/shared/explainVerdict.js';

const verdict = {
  anomalyScore: 0.41,
  isAnomalous: false,
  regions: [1, 2, 3],
  imageThreshold: 0.5,
  pixelThreshold: 0.3,
};

it('a verdict that its regions do not share is explained, any other is not', () => {
  expect(explainVerdict(verdict)).toMatch(
    /^normal because its score 0.41 is below the image threshold 0.5; 3 places reach the pixel threshold 0.3/,
  );
  expect(explainVerdict({ ...verdict, regions: [] })).toBeUndefined();
  expect(explainVerdict({ ...verdict, isAnomalous: true })).toBeUndefined();
  const flagged = { ...verdict, anomalyScore: 0.6, isAnomalous: true, regions: [] };
  expect(explainVerdict(flagged)).toMatch(/^anomalous because its score 0.6 reaches/);
});
