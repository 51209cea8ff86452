import { problem } from '../../shared/errors.js';
import { binaryMetrics } from './binaryMetrics.js';
import { connectedComponents } from '../pixels/connectedComponents.js';
import type { EvaluationMetrics, EvaluationResult } from './evaluationMetrics.js';
import { quantilesOf } from './quantiles.js';
import { sortKeys, sortKeysWith } from './radixSort.js';
import { isNonFinite, keyOfBits, scoreBits, scoreOfKey } from './scoreKeys.js';
import { drawCurves, measureRanking, type RankedScores } from './thresholdSweep.js';

/** One image with its scores and ground truth. */
export interface EvaluatedMap {
  /** Named in errors. */
  name?: string;
  width: number;
  height: number;
  /** One finite score a pixel, row-major, at the mask's resolution. */
  scores: Float32Array;
  /**
   * Non-zero where anomalous. null for a normal image: every pixel is normal. null for an anomalous image: nobody knows
   * where its defects are, so it counts in the image metrics only.
   */
  mask: Uint8Array | null;
  anomalyScore: number;
  isAnomalous: boolean;
  /** null for normal images, and for anomalous ones of no named type: these count in the totals only. */
  defectType: string | null;
}

/** What an evaluation can be told besides its images. */
export interface EvaluationOptions {
  /** Highest false-positive rate PRO is integrated to, (0, 1]. Default 0.3, the paper's. */
  proFprLimit?: number;
  /** Most points of a curve. Default 300. */
  curvePoints?: number;
}

/** Images that count together: all normal ones, or all of one defect type. */
interface Group {
  imageScores: number[];
  imageLabels: boolean[];
  anomalousImages: number;
  normalKeys: Uint32Array[];
  anomalousKeys: Uint32Array[];
  /** Which region each anomalous pixel belongs to, an index into the accumulator's list. */
  anomalousRegions: Uint32Array[];
  regions: number;
}

/** The same after sorting. */
interface SortedGroup extends Omit<Group, 'normalKeys' | 'anomalousKeys' | 'anomalousRegions'> {
  normal: Uint32Array;
  anomalous: Uint32Array;
  regionOf: Uint32Array;
}

/**
 * Collects scored images one by one and computes all metrics in the end. Of each pixel it keeps four bytes (eight of an
 * anomalous one); sorting takes at most as much again.
 */
export class EvaluationAccumulator {
  private groups: Map<string | symbol, Group> | undefined = new Map();
  private readonly regionPixels: number[] = [];
  private readonly proFprLimit: number;
  private readonly curvePoints: number;

  /** @throws RangeError when an option is out of range. */
  constructor(options: EvaluationOptions = {}) {
    this.proFprLimit = options.proFprLimit ?? 0.3;
    this.curvePoints = options.curvePoints ?? 300;
    if (!(this.proFprLimit > 0 && this.proFprLimit <= 1)) {
      throw new RangeError(`proFprLimit is ${this.proFprLimit}, not in (0, 1]`);
    }
    if (!(this.curvePoints >= 2)) throw new RangeError(`curvePoints is ${this.curvePoints}, not at least 2`);
  }

  /**
   * Takes one image; its arrays may be reused afterwards.
   * @throws RangeError when lengths do not agree or the accumulator is finished.
   * @throws ProblemError NON_FINITE_OUTPUT when a score is not finite, LABEL_CONTRADICTION when a normal image's mask has
   * anomalous pixels. The image is then not counted.
   */
  add(image: EvaluatedMap): void {
    if (!this.groups) throw new RangeError('the evaluation is finished');
    checkImage(image);
    const type = image.isAnomalous ? (image.defectType ?? unnamedAnomalous) : normalImages;
    const group = this.groups.get(type) ?? emptyGroup();
    this.groups.set(type, group);
    if (image.mask || !image.isAnomalous) this.addPixels(group, image);
    group.imageScores.push(image.anomalyScore);
    group.imageLabels.push(image.isAnomalous);
    if (image.isAnomalous) group.anomalousImages++;
  }

  /**
   * The metrics of everything added. Frees the collected pixels: nothing can be added afterwards.
   * @throws RangeError when called twice.
   */
  finish(): EvaluationResult {
    if (!this.groups) throw new RangeError('the evaluation is finished');
    const sorted = new Map([...this.groups].map(([type, group]) => [type, sortGroup(group)]));
    this.groups = undefined;
    const normal = sorted.get(normalImages);
    const all = [...sorted.values()];
    const overall = this.rank(all);
    const curves = drawCurves(overall, this.curvePoints);
    const named = [...sorted].filter((entry): entry is [string, SortedGroup] => typeof entry[0] === 'string');
    return {
      metrics: this.measure(overall, all),
      byDefectType: named
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([defectType, group]) => {
          const groups = normal ? [normal, group] : [group];
          return { defectType, images: group.anomalousImages, metrics: this.measure(this.rank(groups), groups) };
        }),
      rocCurve: curves.roc,
      precisionRecallCurve: curves.precisionRecall,
      proCurve: curves.pro,
      normalPixelQuantiles: normal ? ascendingQuantiles(normal.normal) : null,
    };
  }

  private addPixels(group: Group, { scores, mask, width, height }: EvaluatedMap): void {
    const bits = scoreBits(scores);
    const anomalousPixels = mask ? countNonZero(mask) : 0;
    const normal = new Uint32Array(scores.length - anomalousPixels);
    group.normalKeys.push(normal);
    if (!mask || anomalousPixels === 0) {
      for (let i = 0; i < bits.length; i++) normal[i] = keyOfBits(bits[i]!);
      return;
    }
    const { labels, components } = connectedComponents({ width, height, data: mask });
    const firstRegion = this.regionPixels.length;
    for (const component of components) this.regionPixels.push(component.pixels);
    const anomalous = new Uint32Array(anomalousPixels);
    const regions = new Uint32Array(anomalousPixels);
    for (let i = 0, n = 0, a = 0; i < bits.length; i++) {
      const key = keyOfBits(bits[i]!);
      if (labels[i] === 0) {
        normal[n++] = key;
      } else {
        anomalous[a] = key;
        regions[a++] = firstRegion + labels[i]! - 1;
      }
    }
    group.anomalousKeys.push(anomalous);
    group.anomalousRegions.push(regions);
    group.regions += components.length;
  }

  /** The pixels of several groups as one ranking. */
  private rank(groups: readonly SortedGroup[]): RankedScores {
    const withAnomalies = groups.filter((group) => group.anomalous.length > 0);
    let anomalous = withAnomalies[0]?.anomalous ?? new Uint32Array();
    let regionOf = withAnomalies[0]?.regionOf ?? new Uint32Array();
    if (withAnomalies.length > 1) {
      anomalous = concatenate(withAnomalies.map((group) => group.anomalous));
      regionOf = concatenate(withAnomalies.map((group) => group.regionOf));
      sortKeysWith(anomalous, regionOf);
    }
    return {
      anomalous,
      overlapShare: (index) => 1 / this.regionPixels[regionOf[index]!]!,
      regions: groups.reduce((sum, group) => sum + group.regions, 0),
      normal: groups.map((group) => group.normal),
      scoreOf: scoreOfKey,
    };
  }

  private measure(pixels: RankedScores, groups: readonly SortedGroup[]): EvaluationMetrics {
    const pixel = measureRanking(pixels, this.proFprLimit);
    const image = binaryMetrics(
      groups.flatMap((group) => group.imageScores),
      groups.flatMap((group) => group.imageLabels),
    );
    return {
      pixelAuroc: pixel.auroc,
      pixelAp: pixel.averagePrecision,
      pro: pixel.pro,
      proFprLimit: this.proFprLimit,
      pixelF1Max: pixel.f1Max,
      pixelF1MaxThreshold: pixel.f1MaxThreshold,
      imageAuroc: image.auroc,
      imageAp: image.averagePrecision,
      imageF1Max: image.f1Max,
      imageF1MaxThreshold: image.f1MaxThreshold,
    };
  }
}

/** All metrics of images at hand. @throws what {@link EvaluationAccumulator.add} throws. */
export function evaluate(images: Iterable<EvaluatedMap>, options: EvaluationOptions = {}): EvaluationResult {
  const accumulator = new EvaluationAccumulator(options);
  for (const image of images) accumulator.add(image);
  return accumulator.finish();
}

/** Keys of the groups that are no defect type. */
const normalImages = Symbol('normal images');
const unnamedAnomalous = Symbol('anomalous images of no named type');

function emptyGroup(): Group {
  return {
    imageScores: [],
    imageLabels: [],
    anomalousImages: 0,
    normalKeys: [],
    anomalousKeys: [],
    anomalousRegions: [],
    regions: 0,
  };
}

function checkImage({ name = 'image', width, height, scores, mask, anomalyScore, isAnomalous }: EvaluatedMap): void {
  const pixels = width * height;
  if (scores.length !== pixels)
    throw new RangeError(`${name}: ${scores.length} scores for ${width} x ${height} pixels`);
  if (mask && mask.length !== pixels) {
    throw new RangeError(`${name}: a mask of ${mask.length} for ${width} x ${height} pixels`);
  }
  const bits = scoreBits(scores);
  for (let i = 0; i < pixels; i++) {
    if (!isNonFinite(bits[i]!)) continue;
    const place = `row ${Math.floor(i / width)}, column ${i % width}`;
    throw problem('NON_FINITE_OUTPUT', `${name}: the score at ${place} is ${scores[i]!}, not a finite number`, {
      item: name,
    });
  }
  if (!Number.isFinite(anomalyScore)) {
    throw problem('NON_FINITE_OUTPUT', `${name}: the image score is ${anomalyScore}, not a finite number`, {
      item: name,
    });
  }
  if (mask && !isAnomalous && countNonZero(mask) > 0) {
    throw problem(
      'LABEL_CONTRADICTION',
      `${name}: labelled normal, but its mask has ${countNonZero(mask)} anomalous pixels`,
      { item: name },
    );
  }
}

/** Sorted keys begin with the highest score. */
function ascendingQuantiles(keys: Uint32Array): number[] {
  return quantilesOf(keys.length, (i) => scoreOfKey(keys[keys.length - 1 - i]!));
}

function countNonZero(mask: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i] !== 0) count++;
  return count;
}

/** Joins and sorts a group's pixels. Empties the group's lists, so that their memory can be freed meanwhile. */
function sortGroup(group: Group): SortedGroup {
  const { normalKeys, anomalousKeys, anomalousRegions, ...rest } = group;
  const normal = concatenate(normalKeys);
  sortKeys(normal);
  const anomalous = concatenate(anomalousKeys);
  const regionOf = concatenate(anomalousRegions);
  sortKeysWith(anomalous, regionOf);
  return { ...rest, normal, anomalous, regionOf };
}

/** Joins arrays in order. Empties the list. */
function concatenate(parts: Uint32Array[]): Uint32Array {
  const whole = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  parts.length = 0;
  return whole;
}
