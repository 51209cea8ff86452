import { describe, expect, it } from 'vitest';
import { judgeDrifts } from '../../../../src/services/monitoring/judge.js';

const values = Array.from({ length: 10 }, (_, i) => i / 10);
const normal = { scoreEdges: values, normalScores: values, bankEdges: values, normalDistances: values };
/** Evenly between the edges, or all beyond the last one. */
const alike = [0, ...values.map(() => 30)];
const beyond = [...values.map(() => 0), 300];
const window = { predictions: 300, anomalous: 0, normalBins: alike, bankBins: alike };

describe('drifts of a window', () => {
  it('are judged of scores and of distances to the memory bank, each by its own counts', () => {
    const verdicts = (bins: Partial<typeof window>) =>
      judgeDrifts({ ...window, ...bins }, normal).map(({ kind, verdict }) => `${kind} ${verdict}`);
    expect(verdicts({})).toEqual(['SCORE_DRIFT CLOSE', 'BANK_DRIFT CLOSE']);
    expect(verdicts({ bankBins: beyond })).toEqual(['SCORE_DRIFT CLOSE', 'BANK_DRIFT OPEN']);
    expect(verdicts({ normalBins: beyond })).toEqual(['SCORE_DRIFT OPEN', 'BANK_DRIFT CLOSE']);
  });

  it('have the limit of as many distances as were counted', () => {
    const [, all] = judgeDrifts({ ...window, bankBins: beyond }, normal);
    const [, few] = judgeDrifts({ ...window, bankBins: beyond.map((count) => count / 100) }, normal);
    expect([all!.value, few!.value]).toEqual([0.9, 0.9]);
    expect(all!.highest).toBeLessThan(0.9);
    // Three distances of three hundred predictions say nothing, however far they are.
    expect(few!.highest).toBeGreaterThan(0.9);
    expect(few!.verdict).not.toBe('OPEN');
  });

  it('are none of what nothing is known of', () => {
    const kinds = (judged: ReturnType<typeof judgeDrifts>) => judged.map(({ kind }) => kind);
    expect(kinds(judgeDrifts({ ...window, bankBins: [] }, normal))).toEqual(['SCORE_DRIFT']);
    expect(kinds(judgeDrifts(window, { ...normal, bankEdges: [], normalDistances: [] }))).toEqual(['SCORE_DRIFT']);
    expect(judgeDrifts(window, { scoreEdges: [], normalScores: [], bankEdges: [], normalDistances: [] })).toEqual([]);
  });
});
