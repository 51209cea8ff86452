import type { Box } from './images.js';

/** What an image is there for. */
export const splits = ['TRAIN', 'VALIDATION', 'TEST'] as const;
export type Split = (typeof splits)[number];

/** What is known of a whole image. */
export const imageLabels = ['NORMAL', 'ANOMALOUS', 'UNLABELLED'] as const;
export type ImageLabel = (typeof imageLabels)[number];

/** How an annotation says where a defect is. */
export const annotationKinds = ['PIXEL', 'BLOCK', 'BOX'] as const;
export type AnnotationKind = (typeof annotationKinds)[number];

export const blockLabels = ['NORMAL', 'ANOMALOUS', 'IGNORED', 'UNKNOWN'] as const;
export type BlockLabelName = (typeof blockLabels)[number];

/** PIXEL: COCO compressed RLE (column-major runs, LEB-like string) of the image's size. */
export interface PixelPayload {
  counts: string;
  anomalousPixels: number;
}
export interface BlockPayload {
  blockSize: number;
  rows: number;
  columns: number;
  /** Row-major. */
  labels: BlockLabelName[];
}
export interface BoxPayload {
  boxes: Box[];
}
