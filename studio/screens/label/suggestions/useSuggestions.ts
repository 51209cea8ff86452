import { useEffect, useState } from 'preact/hooks';
import type { AssistanceInput } from '../../../../src/client/index.js';
import { useDataset } from '../../../api/dataset.js';
import { regionAt, regionMask, type CutMap, type ScoreMap } from '../../../canvas/anomalyMap.js';
import type { Point } from '../../../canvas/viewport.js';
import type { DrawnImage } from '../kinds.js';
import { useTrial } from '../trial.js';
import { useRemembered } from '../useRemembered.js';
import { factors } from './factors.js';
import { useCutMap } from './useCutMap.js';
import { assistanceOf, useDecisions, type Accepting, type RegionState } from './useDecisions.js';
import { useShownSeconds } from './useShownSeconds.js';
import { useVersions, type SuggestingVersion } from './useVersions.js';

/** Milliseconds somebody looks for themselves before anything is suggested. */
const firstLook = 1_000;

export interface Suggestions {
  isOn: boolean;
  toggle: () => void;
  /** Why there can be none. */
  refusal: 'notTrain' | 'noVersion' | 'mayNot' | undefined;
  versions: readonly SuggestingVersion[];
  version: SuggestingVersion | undefined;
  chooseVersion: (id: string) => void;
  factor: number;
  setFactor: (factor: number) => void;
  isLoading: boolean;
  error: unknown;
  /** What is seen now; undefined while nothing is. */
  seen: { map: ScoreMap; cut: CutMap; states: readonly RegionState[] } | undefined;
  /** Index of the region that is chosen or under the pointer, or -1. */
  current: number;
  point: (at: Point | undefined) => void;
  choose: (index: number) => void;
  /** The open region at a place of the image, or -1. */
  openAt: (at: Point) => number;
  accept: (indices: readonly number[]) => void;
  reject: (indices: readonly number[]) => void;
  /** What is to be told of it; undefined when nothing was shown. */
  assistance: () => AssistanceInput | undefined;
}

/** Regions that a version sees in an image, and what somebody makes of them. */
export function useSuggestions<Content>(image: DrawnImage, accepting: Accepting<Content>): Suggestions {
  const { can } = useDataset();
  const trial = useTrial();
  const [isOn, setOn] = useRemembered('suggestions', false);
  const { versions, version, choose: chooseVersion, error: noVersions, isLoading: isAsking } = useVersions(isOn);
  const [factor, setFactor] = useRemembered('threshold', 1);
  const [pointed, setPointed] = useState(-1);
  const refusal = refusalOf(image, can('PREDICT'), isAsking || version !== undefined);
  const isAsked = isOn && refusal === undefined && !trial;
  const { map, cut, least, score, error } = useCutMap(isAsked ? image.id : undefined, version, factor);
  const hasLooked = useFirstLook();
  const { decisions, states, ...decide } = useDecisions(cut, accepting);
  const seen = isAsked && hasLooked && map && cut ? { map, cut, states } : undefined;
  const shownSeconds = useShownSeconds(seen !== undefined);
  const open = (index: number) => seen !== undefined && states[index] === 'open';
  const at = (place: Point) => (seen ? regionAt(seen.cut, seen.map, image, place) : -1);
  return {
    ...{ isOn, refusal, versions, version, factor, seen, current: open(pointed) ? pointed : -1 },
    ...{ error: error ?? noVersions, isLoading: isAsked && !seen && error === undefined && noVersions === undefined },
    toggle: () => setOn(!isOn),
    chooseVersion: (id) => {
      decide.forget();
      chooseVersion(id);
    },
    setFactor: (next) => setFactor(Math.min(factors.most, Math.max(factors.least, next))),
    point: (place) => setPointed(place ? at(place) : -1),
    choose: setPointed,
    openAt: (place) => (open(at(place)) ? at(place) : -1),
    accept: (indices) => {
      if (seen) decide.accept(indices.filter(open), (index) => regionMask(seen.map, seen.cut, index, least!, image));
      setPointed(-1);
    },
    reject: (indices) => {
      decide.reject(indices.filter(open));
      setPointed(-1);
    },
    assistance: () => assistanceOf(decisions, accepting, version?.id, score, shownSeconds()),
  };
}

/** Test images judge a model: labels it suggested itself would flatter it. */
function refusalOf({ split }: DrawnImage, mayPredict: boolean, hasVersion: boolean): Suggestions['refusal'] {
  if (split !== 'TRAIN') return 'notTrain';
  if (!mayPredict) return 'mayNot';
  return hasVersion ? undefined : 'noVersion';
}

function useFirstLook(): boolean {
  const [hasLooked, setLooked] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLooked(true), firstLook);
    return () => clearTimeout(timer);
  }, []);
  return hasLooked;
}
