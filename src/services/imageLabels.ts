import { In, type EntityManager } from 'typeorm';
import { AnnotationEntity, type ImageEntity, type ImageLabel, type PixelPayload } from '../database/entities/index.js';
import { shown } from '../files/index.js';
import type { Problem } from '../shared/errors.js';
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

/** Images labelled NORMAL whose newest pixel annotation marks pixels. */
export async function maskContradictions(manager: EntityManager, images: readonly ImageEntity[]): Promise<Problem[]> {
  const normal = new Map(images.filter(({ label }) => label === 'NORMAL').map((image) => [image.id, image]));
  const newest = await manager
    .createQueryBuilder(AnnotationEntity, 'annotation')
    .distinctOn(['annotation.imageId'])
    .where({ imageId: In([...normal.keys()]), kind: 'PIXEL' })
    .orderBy('annotation.imageId')
    .addOrderBy('annotation.revision', 'DESC')
    .getMany();
  return newest.flatMap(({ imageId, payload }) => {
    const { anomalousPixels } = payload as PixelPayload;
    if (anomalousPixels === 0) return [];
    const item = shown(normal.get(imageId)!.filename);
    const message = `'${item}' cannot be NORMAL: its mask marks ${anomalousPixels} anomalous pixels`;
    return [{ code: 'LABEL_CONTRADICTION', message, field: ['input', 'label'], item } as const];
  });
}
