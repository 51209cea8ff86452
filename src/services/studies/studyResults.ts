import { stringify } from 'csv-stringify/sync';
import {
  annotationKinds,
  type AnnotationKind,
  type StudyTrialEntity,
  type TrialQuality,
} from '../../database/entities/index.js';
import { meanInterval, quantileOf, type Interval } from '../statistics/meanInterval.js';

/** What labels of a kind cost in a study. */
export interface StudyResult {
  kind: AnnotationKind;
  /** Trials that count: finished, no practice, plausible. */
  trials: number;
  participants: number;
  /** Null without trials. */
  meanSeconds: number | null;
  medianSeconds: number | null;
  /** 95 % interval of the mean, by a bootstrap over participants; null below two. */
  meanSecondsInterval: Interval | null;
  /** The paper's, section 4.5 and Figure 5. */
  publishedSeconds: number;
  /** Finished, and left out since their seconds do not fit the clock of the database. */
  implausibleTrials: number;
  /** Means over the trials that count; what the kind does not have is null. */
  quality: { [Name in keyof Required<TrialQuality>]: number | null };
}

/** Li et al. 2023, section 4.5: "around 5 seconds", "around 17 seconds" and "more than 32 seconds". */
export const publishedSeconds: Readonly<Record<AnnotationKind, number>> = { BOX: 5, BLOCK: 17, PIXEL: 32 };

/** @param trials finished ones of one study. */
export function studyResults(kinds: readonly AnnotationKind[], trials: readonly StudyTrialEntity[]): StudyResult[] {
  const inOrder = [...annotationKinds].reverse().filter((kind) => kinds.includes(kind));
  return inOrder.map((kind) => {
    const ofKind = trials.filter((trial) => trial.kind === kind && !trial.isPractice);
    const counted = ofKind.filter(({ timing }) => timing === 'MEASURED');
    const seconds = Float64Array.from(counted, ({ activeSeconds }) => activeSeconds!).sort();
    const clusters = secondsOfEach(counted);
    return {
      kind,
      trials: counted.length,
      participants: clusters.length,
      meanSeconds: meanOf([...seconds]),
      medianSeconds: seconds.length === 0 ? null : quantileOf(seconds, 0.5),
      meanSecondsInterval: meanInterval(clusters),
      publishedSeconds: publishedSeconds[kind],
      implausibleTrials: ofKind.length - counted.length,
      quality: qualityOf(counted),
    };
  });
}

/** Seconds of each participant's trials. */
function secondsOfEach(trials: readonly StudyTrialEntity[]): number[][] {
  const byPerson = new Map<string, number[]>();
  for (const { principalId, activeSeconds } of trials) {
    byPerson.set(principalId, [...(byPerson.get(principalId) ?? []), activeSeconds!]);
  }
  return [...byPerson.values()];
}

function qualityOf(trials: readonly StudyTrialEntity[]): StudyResult['quality'] {
  const mean = (name: keyof TrialQuality) => meanOf(trials.flatMap(({ quality }) => quality?.[name] ?? []));
  return {
    ...{ pixelIou: mean('pixelIou'), blockKappa: mean('blockKappa') },
    ...{ insideShare: mean('insideShare'), areaRatio: mean('areaRatio') },
  };
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((all, one) => all + one, 0) / values.length;
}

/** Every finished trial as a line, practice and implausible ones too. @param names of images by id. */
export function trialsCsv(trials: readonly StudyTrialEntity[], names: ReadonlyMap<string, string>): string {
  const columns = [
    ...['participant', 'position', 'kind', 'image', 'practice', 'startedAt', 'finishedAt', 'activeSeconds', 'timing'],
    ...['loadSeconds', 'method', 'gapSeconds', 'pixelIou', 'blockKappa', 'insideShare', 'areaRatio'],
  ];
  const rows = trials.map((trial) => ({
    ...{ participant: trial.participant, position: trial.position, kind: trial.kind },
    ...{ image: names.get(trial.imageId), practice: String(trial.isPractice) },
    ...{ startedAt: trial.startedAt?.toISOString(), finishedAt: trial.finishedAt?.toISOString() },
    ...{ activeSeconds: trial.activeSeconds, timing: trial.timing, loadSeconds: trial.loadSeconds },
    ...{ method: trial.measurement?.method, gapSeconds: trial.measurement?.gapSeconds },
    ...trial.quality,
  }));
  // Names that a spreadsheet would take for formulas stay texts.
  return stringify(rows, { header: true, columns, escape_formulas: true });
}
