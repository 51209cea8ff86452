import type {
  AnnotationEntity,
  AnnotationKind,
  BlockPayload,
  BoxPayload,
  ImageEntity,
  PixelPayload,
} from '../../database/entities/index.js';
import { shown } from '../../files/index.js';
import type { Problem } from '../../shared/errors.js';
import { onImage } from './labelled.js';

/** The kind and content of an annotation, stored or not. */
export type LabelContent = Pick<AnnotationEntity, 'kind' | 'payload'>;

/**
 * What an annotation and its image's label say against each other: a NORMAL image with marks of a defect
 * (LABEL_CONTRADICTION), or an ANOMALOUS one without any (MASK_EMPTY for masks, else LABEL_CONTRADICTION). UNLABELLED images
 * may have both.
 */
export function contradictions(
  content: LabelContent,
  image: Pick<ImageEntity, 'filename' | 'label'>,
  field?: readonly string[],
): Problem[] {
  const item = shown(image.filename);
  const marks = marksOf(content);
  const at = onImage(image, field);
  if (image.label === 'NORMAL' && marks > 0) {
    const message = `'${item}' is labelled NORMAL, but ${marked(content.kind, marks)}`;
    return [{ code: 'LABEL_CONTRADICTION', message, ...at }];
  }
  if (image.label !== 'ANOMALOUS' || holdsDefect(content)) return [];
  const code = content.kind === 'PIXEL' ? 'MASK_EMPTY' : 'LABEL_CONTRADICTION';
  const message = `'${item}' is labelled ANOMALOUS, but ${marked(content.kind, 0)}`;
  return [{ code, message: `${message}; a good part is made UNLABELLED or NORMAL first`, ...at }];
}

/** Anomalous pixels, ANOMALOUS blocks or boxes: what a NORMAL image cannot have. */
export function marksOf({ kind, payload }: LabelContent): number {
  if (kind === 'PIXEL') return (payload as PixelPayload).anomalousPixels;
  if (kind === 'BOX') return (payload as BoxPayload).boxes.length;
  return (payload as BlockPayload).labels.filter((label) => label === 'ANOMALOUS').length;
}

/** In words, what an annotation of this kind marks. */
export function marked(kind: AnnotationKind, marks: number): string {
  const count = marks === 0 ? 'no' : String(marks);
  if (kind === 'PIXEL') return `its mask marks ${count} anomalous pixels`;
  if (kind === 'BOX') return `it has ${count} boxes`;
  return marks === 0 ? 'all its blocks are NORMAL' : `${count} of its blocks are ANOMALOUS`;
}

/** Blocks that are not known to be normal may hold the defect. */
function holdsDefect(content: LabelContent): boolean {
  if (content.kind !== 'BLOCK') return marksOf(content) > 0;
  return (content.payload as BlockPayload).labels.some((label) => label !== 'NORMAL');
}
