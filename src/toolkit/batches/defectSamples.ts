import type { ImageAugmentation, TrainingImage } from '../../plugin-api/index.js';
import type { RgbImage } from '../../shared/images.js';
import type { RandomSource } from '../../shared/random.js';
import { labelValues } from '../labels/blockLabels.js';
import { pixelLabels } from '../labels/pixelLabels.js';
import { pasteDefect, type DefectiveImage } from '../synthetic-defects/pasteDefect.js';

/** What defects are made of. */
export interface DefectSources {
  normalImages: readonly TrainingImage[];
  /** With labels; may be empty. */
  anomalousImages: readonly TrainingImage[];
  imageAugmentations: readonly ImageAugmentation[];
  random: RandomSource;
  /** Normal images to paste a real defect on; none are made where nothing is labelled ANOMALOUS. */
  pasted: number;
  /** Normal images to put an augmentation's defect on; none are made without augmentations. */
  synthetic: number;
}

/** Further normal images that an augmentation may take texture from. */
const textureSources = 4;

/** How many images {@link defectSamples} makes at most. */
export function sampleCount({ anomalousImages, imageAugmentations, pasted, synthetic }: DefectSources): number {
  return (anomalousImages.length > 0 ? pasted : 0) + (imageAugmentations.length > 0 ? synthetic : 0);
}

/**
 * Normal images with defects whose masks are exact: real ones pasted, then those of the augmentations. The images take turns, in an
 * order of chance; defects are drawn with equal chance.
 */
export async function* defectSamples(sources: DefectSources): AsyncGenerator<DefectiveImage> {
  const { normalImages, imageAugmentations, random, pasted, synthetic } = sources;
  const order = random.shuffle(normalImages);
  const real = await realDefects(sources);
  for (let i = 0; i < pasted && real.length > 0; i++) {
    const image = await order[i % order.length]!.load();
    yield pasteDefect(image, random.pick(real), random);
  }
  for (let i = 0; i < synthetic && imageAugmentations.length > 0; i++) {
    const image = await order[i % order.length]!.load();
    const others: RgbImage[] = [];
    for (let k = 0; k < textureSources; k++) others.push(await random.pick(normalImages).load());
    yield random.pick(imageAugmentations).augment(image, others, random);
  }
}

async function realDefects({ anomalousImages, pasted }: DefectSources): Promise<DefectiveImage[]> {
  if (pasted === 0) return [];
  const found: DefectiveImage[] = [];
  for (const each of anomalousImages) {
    const image = await each.load();
    const labels = await pixelLabels(each, image.width);
    const data = Uint8Array.from(labels, (label) => (label === labelValues.ANOMALOUS ? 1 : 0));
    if (data.includes(1)) found.push({ image, mask: { width: image.width, height: image.height, data } });
  }
  return found;
}
