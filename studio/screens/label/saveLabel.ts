import { accepted, UpdateImagesDocument, type AssistanceInput, type ImageLabel } from '../../../src/client/index.js';
import { client } from '../../api/session.js';
import type { DrawnKind } from '../../canvas/drawnKinds.js';
import type { DrawnImage, LabelKind } from './kinds.js';
import type { Labelling } from './useLabelling.js';

/** What is known of an image after a save. */
export interface Correction {
  id: string;
  label: ImageLabel;
  /** The kind it has a label of now. */
  kind?: DrawnKind;
}

/**
 * Stores what was drawn, and that an image with marks is defective. A label and its marks must never contradict each other, so a normal image is
 * not known in between.
 * @param mayCorrect whether whoever draws may change what an image is said to be.
 * @param assistance what was suggested meanwhile.
 * @returns undefined when somebody else has saved in between.
 */
export async function saveLabel<Content>(
  { id, label }: DrawnImage,
  { kind, marks }: LabelKind<Content>,
  labelling: Labelling<Content>,
  mayCorrect: boolean,
  assistance?: AssistanceInput,
): Promise<Correction | undefined> {
  const isDefective = marks(labelling.content);
  const corrects = mayCorrect && isDefective && label !== 'ANOMALOUS';
  if (corrects && label === 'NORMAL') await say(id, 'UNLABELLED');
  if (!(await labelling.save(assistance))) return undefined;
  if (corrects) await say(id, 'ANOMALOUS');
  return { id, kind, label: corrects ? 'ANOMALOUS' : label };
}

/** The image shows nothing: takes back the marks of this kind, if it has any, and says so. @returns undefined for a conflict. */
export async function markNormal<Content>(
  image: DrawnImage,
  { marks, newest }: LabelKind<Content>,
  labelling: Labelling<Content>,
): Promise<Correction | undefined> {
  if (marks(newest(image).content)) {
    if (image.label === 'ANOMALOUS') await say(image.id, 'UNLABELLED');
    if (!(await labelling.clear())) return undefined;
  }
  await say(image.id, 'NORMAL');
  labelling.nothingFound();
  return { id: image.id, label: 'NORMAL' };
}

async function say(id: string, label: ImageLabel): Promise<void> {
  accepted((await client.request(UpdateImagesDocument, { input: { ids: [id], label } })).updateImages);
}
