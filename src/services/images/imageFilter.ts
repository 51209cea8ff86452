import type { SelectQueryBuilder } from 'typeorm';
import type { AnnotationKind, ImageEntity, ImageLabel, Split } from '../../database/entities/index.js';
import { FaultError } from '../../shared/errors.js';

/** Images that one call adds, changes, removes or asks for by name. */
export const maximumImagesPerCall = 500;

/** Every condition given must hold. */
export interface ImageFilter {
  split?: Split | null | undefined;
  label?: ImageLabel | null | undefined;
  defectType?: string | null | undefined;
  annotatedWith?: AnnotationKind | null | undefined;
  notAnnotatedWith?: AnnotationKind | null | undefined;
  /** These, of those that there are. */
  filenames?: readonly string[] | null | undefined;
}

/** Adds the conditions to a query of `image`. @throws FaultError BAD_USER_INPUT. */
export function applyFilter(query: SelectQueryBuilder<ImageEntity>, filter: ImageFilter): void {
  if (filter.split) query.andWhere('image.split = :split', { split: filter.split });
  if (filter.label) query.andWhere('image.label = :label', { label: filter.label });
  if (typeof filter.defectType === 'string') {
    const { defectType } = filter;
    if (defectType.includes('\0')) throw new FaultError('BAD_USER_INPUT', 'filter.defectType holds a NUL character.');
    query.andWhere('image.defectType = :defectType', { defectType });
  }
  if (filter.filenames) {
    if (filter.filenames.length > maximumImagesPerCall) {
      const message = `filter.filenames holds ${filter.filenames.length} names; at most ${maximumImagesPerCall} are allowed`;
      throw new FaultError('BAD_USER_INPUT', message);
    }
    query.andWhere('image.filename = ANY(:filenames)', { filenames: filter.filenames });
  }
  const annotated = (parameter: string) =>
    `EXISTS (SELECT 1 FROM annotation WHERE annotation.image_id = image.id AND annotation.kind = :${parameter})`;
  if (filter.annotatedWith) query.andWhere(annotated('with'), { with: filter.annotatedWith });
  if (filter.notAnnotatedWith) query.andWhere(`NOT ${annotated('without')}`, { without: filter.notAnnotatedWith });
}
