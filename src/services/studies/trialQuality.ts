import type { BlockPayload, BoxPayload, PixelPayload, TrialQuality } from '../../database/entities/index.js';
import { decodeRle, type ImageSize } from '../../files/index.js';
import type { BinaryMask, Box } from '../../shared/images.js';
// One by one: the door of the toolkit opens TensorFlow.js, for which a pixel process has no use.
import { pixelLabelsFromBoxes } from '../../toolkit/labels/blockLabels.js';
import { boxesFromMask } from '../../toolkit/labels/boxesFromMask.js';
import type { LabelContent } from '../annotations/contradictions.js';
import { derivationOf } from '../annotations/derive.js';
import { deriveLabel } from '../annotations/deriveLabel.js';

/**
 * How well a label copies a mask. PIXEL: intersection over union. BLOCK: Cohen's kappa against the blocks of Eq. 14 with the paper's
 * thresholds. BOX: share of the anomalous pixels inside boxes, and their area against that of the tight boxes of the mask's regions; pixels
 * that several boxes cover are counted once.
 * @param truth COCO run lengths of the mask, with at least one anomalous pixel.
 */
export function trialQuality(copy: LabelContent, truth: string, size: ImageSize): TrialQuality {
  const mask = decodeRle(truth, size);
  if (copy.kind === 'BOX') return boxQuality((copy.payload as BoxPayload).boxes, mask);
  if (copy.kind === 'PIXEL') {
    return { pixelIou: pixelIou(decodeRle((copy.payload as PixelPayload).counts, size), mask) };
  }
  const { blockSize, labels } = copy.payload as BlockPayload;
  const image = { filename: '', ...size };
  const derivation = derivationOf({ from: 'PIXEL', to: 'BLOCK', blockSize }, image, '');
  const source = { kind: 'PIXEL', payload: { counts: truth, anomalousPixels: 0 } } as const;
  const expected = deriveLabel(source, 'BLOCK', size, derivation) as BlockPayload;
  return { blockKappa: cohensKappa(labels, expected.labels) };
}

function pixelIou({ data }: BinaryMask, truth: BinaryMask): number {
  let [both, either] = [0, 0];
  for (let i = 0; i < data.length; i += 1) {
    if (data[i] && truth.data[i]) both += 1;
    if (data[i] || truth.data[i]) either += 1;
  }
  return either === 0 ? 1 : both / either;
}

function boxQuality(boxes: readonly Box[], truth: BinaryMask): TrialQuality {
  const [inside, tight] = [pixelLabelsFromBoxes(truth, boxes), pixelLabelsFromBoxes(truth, boxesFromMask(truth))];
  let [anomalous, caught, area, tightArea] = [0, 0, 0, 0];
  for (let i = 0; i < inside.length; i += 1) {
    if (truth.data[i]) anomalous += 1;
    if (truth.data[i] && inside[i]) caught += 1;
    if (inside[i]) area += 1;
    if (tight[i]) tightArea += 1;
  }
  return { insideShare: caught / anomalous, areaRatio: area / tightArea };
}

/** Agreement beyond chance (Cohen, 1960): 1 for the same, 0 for no better than chance. Two that say one thing only agree wholly. */
export function cohensKappa(labels: readonly string[], expected: readonly string[]): number {
  const [own, other] = [new Map<string, number>(), new Map<string, number>()];
  let same = 0;
  for (const [i, label] of labels.entries()) {
    if (label === expected[i]) same += 1;
    own.set(label, (own.get(label) ?? 0) + 1);
    other.set(expected[i]!, (other.get(expected[i]!) ?? 0) + 1);
  }
  const byChance =
    [...own].reduce((all, [label, count]) => all + count * (other.get(label) ?? 0), 0) / labels.length ** 2;
  const observed = same / labels.length;
  return byChance === 1 ? 1 : (observed - byChance) / (1 - byChance);
}
