import {
  accepted,
  SaveBoxAnnotationDocument,
  type BoxInput,
  type ListedImage,
  type ProblemFragment,
  type ResiduaClient,
  type SaveBoxAnnotationInput,
} from '../../client/index.js';

/** Who drew boxes, and what it cost. */
export interface BoxAuthor {
  author?: string;
  /** For each image. */
  seconds?: number;
}

/** What became of it. */
export interface SavedBoxes {
  revision: number;
  boxes: number;
  warnings: readonly ProblemFragment[];
}

/**
 * Stores boxes as the next revision of an image's box label.
 * @param options.add keeps those that are there.
 * @throws RefusedError with everything that is wrong, CONFLICT when somebody saved in between.
 */
export async function saveBoxes(
  client: ResiduaClient,
  image: ListedImage,
  boxes: readonly BoxInput[],
  { add, ...author }: BoxAuthor & { add?: boolean } = {},
): Promise<SavedBoxes> {
  const kept = add ? (boxLabelOf(image)?.boxes ?? []) : [];
  const input = boxesToSave(image, [...kept, ...boxes], author);
  const { annotation, warnings } = accepted(
    (await client.request(SaveBoxAnnotationDocument, { input })).saveBoxAnnotation,
  );
  return { revision: annotation!.revision, boxes: input.boxes.length, warnings };
}

/** What the server is told of boxes that take the place of those it listed. */
export function boxesToSave(
  image: ListedImage,
  boxes: readonly BoxInput[],
  { author, seconds }: BoxAuthor,
): SaveBoxAnnotationInput & { boxes: BoxInput[] } {
  const expectedRevision = boxLabelOf(image)?.revision ?? 0;
  return { imageId: image.id, expectedRevision, boxes: [...boxes], author, activeSeconds: seconds };
}

function boxLabelOf({ annotations }: ListedImage) {
  return annotations.find((annotation) => 'boxes' in annotation);
}
