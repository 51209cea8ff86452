import {
  type EvaluatedImage,
  EvaluatedImagesDocument,
  type ExplainedRegion,
  collected,
  eachOf,
  nodeOf,
  type ResiduaClient,
} from '../../client/index.js';
import { markedPicture } from './markedPicture.js';
import type { GalleryGroup, GalleryItem, RegionMatch } from './report.js';
import { anomalyMapUri, commonRange, maskUri, photographUri, readAnomalyMap, thumbnailSize } from './thumbnails.js';

interface PickedGroup {
  title: string;
  explanation: string;
  images: EvaluatedImage[];
}

/**
 * Pictures of what a run got right and wrong, fetched by the API, of `images` sorted by score: the anomalous images it scored lowest, in the middle and
 * highest, and the normal ones it scored highest. `perGroup` bounds the size of the page.
 */
export async function gatherGallery(
  client: ResiduaClient,
  images: readonly EvaluatedImage[],
  perGroup: number,
): Promise<GalleryGroup[]> {
  const groups = pickExtremes(images, perGroup).filter((group) => group.images.length > 0);
  const loaded = new Map<EvaluatedImage, Awaited<ReturnType<typeof readMap>>>();
  for (const image of groups.flatMap(({ images }) => images)) loaded.set(image, await readMap(client, image));
  const range = commonRange([...loaded.values()]);
  const gallery: GalleryGroup[] = [];
  for (const { title, explanation, images: picked } of groups) {
    const items: GalleryItem[] = [];
    for (const image of picked) {
      const size = thumbnailSize(image.image.width, image.image.height);
      items.push(await itemOf(client, image, size, await anomalyMapUri(loaded.get(image)!, range, size)));
    }
    gallery.push({ title, explanation, items });
  }
  return gallery;
}

/** The groups, each image in one only. `images` are sorted by score, highest first. */
export function pickExtremes(images: readonly EvaluatedImage[], perGroup: number): PickedGroup[] {
  const anomalous = images.filter(({ image }) => image.label === 'ANOMALOUS');
  const normal = images.filter(({ image }) => image.label === 'NORMAL');
  const share = Math.min(perGroup, Math.ceil(anomalous.length / 3));
  const worst = anomalous.slice(anomalous.length - share).reverse();
  const best = anomalous.slice(0, Math.min(share, anomalous.length - worst.length));
  const between = anomalous.slice(best.length, anomalous.length - worst.length);
  const start = Math.max(0, Math.floor((between.length - share) / 2));
  return [
    {
      title: 'Hardest defects',
      explanation: 'Anomalous images with the lowest scores: what is missed first.',
      images: worst,
    },
    {
      title: 'Median defects',
      explanation: 'Anomalous images in the middle of the ranking.',
      images: between.slice(start, start + share),
    },
    { title: 'Clearest defects', explanation: 'Anomalous images with the highest scores.', images: best },
    {
      title: 'Most suspicious normal images',
      explanation: 'Normal images with the highest scores: the first false alarms.',
      images: normal.slice(0, perGroup),
    },
  ];
}

/** Every image of an evaluation, highest score first. */
export async function evaluatedImages(client: ResiduaClient, id: string): Promise<EvaluatedImage[]> {
  const read = async (after: string | undefined) =>
    nodeOf((await client.request(EvaluatedImagesDocument, { id, after })).node, `evaluation ${id}`).images;
  return collected(eachOf(read));
}

async function readMap(client: ResiduaClient, image: EvaluatedImage) {
  return readAnomalyMap(await client.download(image.anomalyMapUrl));
}

async function itemOf(
  client: ResiduaClient,
  { image, anomalyScore, isAnomalous, explanation, overlayUrl, regions }: EvaluatedImage,
  size: { width: number; height: number },
  anomalyMap: string,
): Promise<GalleryItem> {
  const bytes = await client.download(image.url);
  const maskUrl = image.annotations.find((annotation) => 'maskUrl' in annotation)?.maskUrl;
  return {
    filename: image.filename,
    defectType: image.label === 'NORMAL' ? null : (image.defectType ?? 'anomalous'),
    anomalyScore,
    isAnomalous,
    explanation,
    pictures: {
      image: await photographUri(bytes, size),
      groundTruth: maskUrl === undefined ? undefined : await maskUri(await client.download(maskUrl), size),
      anomalyMap,
      overlay: await photographUri(await client.download(overlayUrl), size),
    },
    matches: await matchesOf(client, bytes, regions),
  };
}

/** Regions of an image that are explained, the highest scores first; more would make the page large. */
const explainedRegions = 5;

async function matchesOf(
  client: ResiduaClient,
  bytes: Uint8Array,
  regions: readonly ExplainedRegion[],
): Promise<RegionMatch[]> {
  const matches: RegionMatch[] = [];
  for (const { score, nearestNormal } of regions.slice(0, explainedRegions)) {
    if (!nearestNormal?.image) continue;
    const { image, box, distance, patch } = nearestNormal;
    const normal = await markedPicture(await client.download(image.url), box);
    matches.push({ score, distance, filename: image.filename, flagged: await markedPicture(bytes, patch), normal });
  }
  return matches;
}
