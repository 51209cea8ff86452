import {
  accepted,
  SaveBlocksDocument,
  SaveBoxesDocument,
  SaveMaskDocument,
  type LabelledImageQuery,
  type ProblemFragment,
} from '../../../src/client/index.js';
import { decodeRle } from '../../../src/files/cocoRle.js';
import { newGrid, type BlockGrid } from '../../canvas/blocks.js';
import type { DrawnBox } from '../../canvas/boxes.js';
import type { DrawnKind } from '../../canvas/drawnKinds.js';
import { disagreement, emptyMask, maskOf, type Mask } from '../../canvas/mask.js';
import type { Size } from '../../canvas/viewport.js';
import { client } from '../../api/session.js';
import { sentMask } from './sentMask.js';
import type { Work } from './labelSession.js';

/** An image with what was drawn on it. */
export type DrawnImage = Extract<NonNullable<LabelledImageQuery['node']>, { id: string }>;

/** A revision, or what nobody has drawn yet (0). */
export interface Revision<Content> {
  revision: number;
  author: string | null;
  content: Content;
}

/** What is sent. */
export interface Saving<Content> {
  image: DrawnImage;
  expectedRevision: number;
  content: Content;
  /** What it took. */
  work: Work;
}

/** Stored, or kept out because somebody else saved in between. */
export type Saved<Content> = { revision: number; warnings: readonly string[] } | { theirs: Revision<Content> };

/** What differs between kinds of labels. */
export interface LabelKind<Content> {
  kind: DrawnKind;
  newest: (image: DrawnImage) => Revision<Content>;
  /** What an image without any mark has. */
  nothing: (image: DrawnImage) => Content;
  /** Whether two say the same. */
  equal: (a: Content, b: Content) => boolean;
  /** Whether it says that there is a defect. */
  marks: (content: Content) => boolean;
  /** @throws RefusedError for everything but a conflict. */
  save: (saving: Saving<Content>) => Promise<Saved<Content>>;
}

type DrawnAnnotation = DrawnImage['annotations'][number];

const boxesOf = (annotation: DrawnAnnotation | { boxes: DrawnBox[] }): DrawnBox[] =>
  'boxes' in annotation ? annotation.boxes.map((box) => ({ ...box })) : [];

const authored = <Content>(
  { revision, author }: { revision: number; author: string | null },
  content: Content,
): Revision<Content> => ({ revision, author, content });

function isSameBox(a: DrawnBox, b: DrawnBox): boolean {
  const places = (['x', 'y', 'width', 'height'] as const).every((name) => a[name] === b[name]);
  return places && (a.defectType || null) === (b.defectType || null);
}

export const boxKind: LabelKind<readonly DrawnBox[]> = {
  kind: 'BOX',
  nothing: () => [],
  newest: ({ annotations }) => {
    const found = annotations.find((annotation) => 'boxes' in annotation);
    return found ? authored(found, boxesOf(found)) : { revision: 0, author: null, content: [] };
  },
  equal: (a, b) => a.length === b.length && a.every((box, index) => isSameBox(box, b[index]!)),
  marks: (boxes) => boxes.length > 0,
  save: async ({ image, expectedRevision, content, work }) => {
    const boxes = content.map(({ x, y, width, height, defectType }) => ({
      ...{ x, y, width, height },
      ...(defectType && { defectType }),
    }));
    const input = { imageId: image.id, expectedRevision, boxes, ...work };
    const payload = (await client.request(SaveBoxesDocument, { input })).saveBoxAnnotation;
    return savedOf(payload, (drawn) => ('boxes' in drawn ? authored(drawn, boxesOf(drawn)) : undefined));
  },
};

export const blockKind: LabelKind<BlockGrid> = {
  kind: 'BLOCK',
  nothing: newGrid,
  newest: (image) => {
    const found = image.annotations.find((annotation) => 'labels' in annotation);
    return found ? authored(found, gridOf(found)) : { revision: 0, author: null, content: newGrid(image) };
  },
  equal: (a, b) => a.blockSize === b.blockSize && a.labels.every((label, index) => label === b.labels[index]),
  marks: ({ labels }) => labels.some((label) => label === 'ANOMALOUS'),
  save: async ({ image, expectedRevision, content: { blockSize, labels }, work }) => {
    const input = { imageId: image.id, expectedRevision, blockSize, labels: [...labels], ...work };
    const payload = (await client.request(SaveBlocksDocument, { input })).saveBlockAnnotation;
    return savedOf(payload, (drawn) => ('labels' in drawn ? authored(drawn, gridOf(drawn)) : undefined));
  },
};

export const pixelKind: LabelKind<Mask> = {
  kind: 'PIXEL',
  nothing: emptyMask,
  newest: (image) => {
    const found = image.annotations.find((annotation) => 'counts' in annotation);
    return found
      ? authored(found, maskOfCounts(found.counts, image))
      : { revision: 0, author: null, content: emptyMask(image) };
  },
  equal: (a, b) => disagreement(a, b) === 0,
  marks: ({ tiles }) => tiles.some((tile) => tile !== 0),
  save: async ({ image, expectedRevision, content, work }) => {
    const known = { imageId: image.id, expectedRevision, ...work };
    const input = { ...known, ...(await sentMask(content, known, image.dataset.id)) };
    const payload = (await client.request(SaveMaskDocument, { input })).savePixelAnnotation;
    return savedOf(payload, (drawn) =>
      'counts' in drawn ? authored(drawn, maskOfCounts(drawn.counts, image)) : undefined,
    );
  },
};

function maskOfCounts(counts: string, { width, height }: Size): Mask {
  return maskOf(decodeRle(counts, { width, height }));
}

function gridOf({ blockSize, rows, columns, labels }: BlockGrid): BlockGrid {
  return { blockSize, rows, columns, labels };
}

interface Payload<Drawn> {
  annotation: Drawn | null;
  current: Drawn | null;
  warnings: readonly ProblemFragment[];
  userErrors: readonly ProblemFragment[];
}

function savedOf<Drawn extends object, Content>(
  payload: Payload<Drawn>,
  read: (drawn: Drawn) => Revision<Content> | undefined,
): Saved<Content> {
  const theirs = payload.current && read(payload.current);
  if (theirs && payload.userErrors.some(({ code }) => code === 'CONFLICT')) return { theirs };
  const stored = accepted(payload).annotation;
  const revision = stored && read(stored);
  if (!revision) throw new Error('the server has stored the label and does not say as what');
  return { revision: revision.revision, warnings: payload.warnings.map(({ message }) => message) };
}
