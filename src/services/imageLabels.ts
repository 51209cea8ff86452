import type { EntityManager } from 'typeorm';
import type { ImageEntity, ImageLabel } from '../database/entities/index.js';
import { shown } from '../files/index.js';
import type { Problem } from '../shared/errors.js';
import { contradictions } from './annotations/contradictions.js';
import { newestAnnotations } from './annotations/revisions.js';
import { nameProblems } from './names.js';

/** Rules between an image's label and its defect type: only ANOMALOUS images have one, and it is a name like others. */
export function labelProblems(
  image: { label: ImageLabel; defectType?: string | null | undefined },
  field: (name: string) => readonly string[],
  item?: string,
): Problem[] {
  const { label, defectType } = image;
  if (defectType === null || defectType === undefined) return [];
  const location = { field: field('defectType'), ...(item === undefined ? {} : { item: shown(item) }) };
  const problems = nameProblems('defect type', defectType, location);
  if (label !== 'ANOMALOUS') {
    const message = `the label is ${label} and the defect type '${shown(defectType)}'; only ANOMALOUS images have a defect type`;
    problems.push({ code: 'LABEL_CONTRADICTION', message, ...location });
  }
  return problems;
}

/** Images labelled NORMAL whose newest annotation of a kind marks a defect. */
export async function annotationContradictions(
  manager: EntityManager,
  images: readonly ImageEntity[],
): Promise<Problem[]> {
  const normal = new Map(images.filter(({ label }) => label === 'NORMAL').map((image) => [image.id, image]));
  const newest = await newestAnnotations(manager, [...normal.keys()]);
  return newest.flatMap((annotation) =>
    contradictions(annotation, normal.get(annotation.imageId)!, ['input', 'label']),
  );
}
