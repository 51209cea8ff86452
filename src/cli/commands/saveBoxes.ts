import {
  accepted,
  SaveBoxAnnotationDocument,
  type BoxInput,
  type ListedImage,
  type ProblemFragment,
  type ResiduaClient,
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
  { add, author, seconds }: BoxAuthor & { add?: boolean } = {},
): Promise<SavedBoxes> {
  const present = image.annotations.find((annotation) => 'boxes' in annotation);
  const kept = add && present ? present.boxes : [];
  const input = {
    imageId: image.id,
    expectedRevision: present?.revision ?? 0,
    boxes: [...kept, ...boxes],
    author,
    activeSeconds: seconds,
  };
  const { annotation, warnings } = accepted(
    (await client.request(SaveBoxAnnotationDocument, { input })).saveBoxAnnotation,
  );
  return { revision: annotation!.revision, boxes: input.boxes.length, warnings };
}
