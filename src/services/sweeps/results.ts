import type { SweepCandidateRecord, SweepEntity, SweepTrialEntity } from '../../database/entities/index.js';
import { pairedDifference, type MeanDifference } from './pairedDifference.js';

/** What a candidate achieved. */
export interface CandidateResult extends SweepCandidateRecord {
  /** Place among the candidates. */
  candidate: number;
  trials: SweepTrialEntity[];
  /** Over its seeds; null before any. */
  mean: number | null;
  /** To the first candidate, over the seeds that both were tried with; null of that one itself. */
  difference: MeanDifference | null;
}

/** Candidates of a sweep, best mean first; those without a value last. */
export function resultsOf(sweep: SweepEntity, trials: readonly SweepTrialEntity[]): CandidateResult[] {
  const valueOf = (candidate: number, seed: number) =>
    trials.find((trial) => trial.candidate === candidate && trial.seed === seed)?.value ?? null;
  const results = sweep.candidates.map((record, candidate): CandidateResult => {
    const own = trials.filter((trial) => trial.candidate === candidate);
    const values = own.flatMap(({ value }) => value ?? []);
    const pairs = sweep.seeds.flatMap((seed): [number, number][] => {
      const [ours, base] = [valueOf(candidate, seed), valueOf(0, seed)];
      return ours === null || base === null ? [] : [[ours, base]];
    });
    const mean = values.length > 0 ? values.reduce((sum, one) => sum + one, 0) / values.length : null;
    const difference = candidate === 0 ? null : pairedDifference(pairs);
    return { ...record, candidate, trials: own, mean, difference };
  });
  return results.sort((a, b) => (b.mean ?? -Infinity) - (a.mean ?? -Infinity) || a.candidate - b.candidate);
}

/**
 * The candidate to propose: of those tried with as many seeds as any, the one with the best mean. Null while nothing is known.
 * @param results as {@link resultsOf} orders them.
 */
export function winnerOf(results: readonly CandidateResult[]): CandidateResult | null {
  const tried = ({ trials }: CandidateResult) => trials.filter(({ value }) => value !== null).length;
  const most = Math.max(0, ...results.map(tried));
  return most === 0 ? null : (results.find((result) => tried(result) === most) ?? null);
}
