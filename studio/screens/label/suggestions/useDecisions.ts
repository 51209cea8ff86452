import { useState } from 'preact/hooks';
import type { AssistanceInput } from '../../../../src/client/index.js';
import type { CutMap, RegionMask } from '../../../canvas/anomalyMap.js';

export type RegionState = 'open' | 'accepted' | 'rejected';

/** A region that was accepted. */
interface Acceptance<Content> {
  /** Where its peak is: by that it is known again at another threshold. */
  peakAt: number;
  region: RegionMask;
  /** The label without it: when it is that again, the acceptance was taken back. */
  before: Content;
}

interface Decisions<Content> {
  accepted: readonly Acceptance<Content>[];
  /** Where the peaks are of those that were rejected. */
  rejected: readonly number[];
}

/** The label that suggestions are accepted into. */
export interface Accepting<Content> {
  content: Content;
  change: (content: Content) => void;
  /** With a region; the same content when it is in it already. */
  add: (content: Content, region: RegionMask) => Content;
}

/** What was decided on the regions of an image, at whatever threshold. */
export function useDecisions<Content>(cut: CutMap | undefined, { content, change, add }: Accepting<Content>) {
  const none: Decisions<Content> = { accepted: [], rejected: [] };
  const [all, setAll] = useState(none);
  const decisions = { ...all, accepted: all.accepted.filter(({ before }) => before !== content) };
  const peakOf = (index: number) => cut!.regions[index]!.peakAt;
  return {
    decisions,
    states: cut ? statesOf(cut, decisions) : [],
    forget: () => setAll(none),
    reject: (indices: readonly number[]) =>
      setAll({ ...decisions, rejected: [...decisions.rejected, ...indices.map(peakOf)] }),
    accept: (indices: readonly number[], cutOut: (index: number) => RegionMask) => {
      const taken = indices.map((index) => ({ peakAt: peakOf(index), region: cutOut(index), before: content }));
      setAll({ ...decisions, accepted: [...decisions.accepted, ...taken] });
      change(taken.reduce((on, { region }) => add(on, region), content));
    },
  };
}

/** What is told with the label; undefined when no suggestion was seen. @param threshold score at which regions are cut. */
export function assistanceOf<Content>(
  { accepted, rejected }: Decisions<Content>,
  { content, add }: Accepting<Content>,
  modelVersionId: string | undefined,
  threshold: number | undefined,
  shownSeconds: number,
): AssistanceInput | undefined {
  if (modelVersionId === undefined || threshold === undefined || shownSeconds === 0) return undefined;
  const regionsEdited = accepted.filter(({ region }) => add(content, region) !== content).length;
  const counts = { regionsAccepted: accepted.length, regionsEdited, regionsRejected: rejected.length };
  return { modelVersionId, threshold, ...counts, shownSeconds: Math.floor(shownSeconds * 10) / 10 };
}

function statesOf<Content>({ regions, labels }: CutMap, { accepted, rejected }: Decisions<Content>): RegionState[] {
  const states = new Array<RegionState>(regions.length).fill('open');
  const set = (peaks: readonly number[], state: RegionState) => {
    for (const peak of peaks) if (labels[peak]! > 0) states[labels[peak]! - 1] = state;
  };
  set(rejected, 'rejected');
  set(
    accepted.map(({ peakAt }) => peakAt),
    'accepted',
  );
  return states;
}
