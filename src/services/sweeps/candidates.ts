import type { SweepCandidateRecord } from '../../database/entities/index.js';
import type { Problem } from '../../shared/errors.js';
import type { Supervision } from '../../shared/training.js';
import { labelsFor } from '../training/dataProblems.js';
import { defaultDetector } from '../training/trainingPresets.js';
import type { StartTraining } from '../training-runs.service.js';
import { changedParams, combinationsOf, spaceProblems, type SearchSpace } from './space.js';

/** A method to try; its parameters that are left out come from the preset of its detector. */
export interface SweepMethod {
  id: string;
  params?: Record<string, unknown> | null | undefined;
  /** That of the sweep when left out. */
  supervision?: Supervision | null | undefined;
}

/** What a sweep is to try: parameters of one detector, or several detectors. */
export interface SweepChoice extends Pick<StartTraining, 'supervision' | 'labels' | 'detector'> {
  space?: SearchSpace | null | undefined;
  detectors?: readonly SweepMethod[] | null | undefined;
}

const mostDetectors = 32;

/** What is wrong with a choice before any plugin sees it. */
export function choiceProblems({ space, detectors, detector }: SweepChoice): Problem[] {
  const invalid = (name: string, message: string): Problem[] => [
    { code: 'BAD_USER_INPUT', message, field: ['input', name] },
  ];
  if (!detectors) {
    return space
      ? spaceProblems(space)
      : invalid('space', 'nothing is to be tried: give space, values of parameters of one detector, or detectors');
  }
  if (space) return invalid('space', 'space varies one detector and detectors are several: give one of the two');
  if (detector) return invalid('detector', 'detector and detectors are both given: name every method in detectors');
  if (detectors.length >= 2 && detectors.length <= mostDetectors) return [];
  return invalid('detectors', `detectors names ${detectors.length}; 2 to ${mostDetectors} are compared`);
}

/** What is tried, the first being what the others are compared with. */
export function candidatesOf({ space, detectors, detector, ...sweep }: SweepChoice): SweepCandidateRecord[] {
  if (detectors) return detectors.map((method) => candidateOf(method, sweep));
  const { supervision, labels = null } = sweep;
  const varied = detector ?? { id: defaultDetector };
  return combinationsOf(space ?? {}).map((changes) => ({ detector: varied, supervision, labels, changes }));
}

/** Labels that the sweep names are read by the methods whose supervision reads them. */
function candidateOf(
  { id, params, supervision }: SweepMethod,
  sweep: Pick<SweepChoice, 'supervision' | 'labels'>,
): SweepCandidateRecord {
  const own = supervision ?? sweep.supervision;
  const reads = sweep.labels && (!supervision || labelsFor[own].includes(sweep.labels));
  return { detector: { id }, supervision: own, labels: reads ? sweep.labels! : null, changes: params ?? {} };
}

/** The training of a candidate, beside what all of its sweep have in common. */
export function trainingOf({ detector, supervision, labels, changes }: SweepCandidateRecord) {
  return { supervision, labels, detector: { ...detector, params: changedParams(detector.params ?? {}, changes) } };
}
