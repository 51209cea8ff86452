import type { DetectorChoices, Problem } from 'residua/plugin-api';

/** What is wrong with the augmentations of a detector that learns from synthetic defects: that there are none. */
export function defectProblems(
  id: string,
  { augmentations }: Pick<DetectorChoices<unknown>, 'augmentations'>,
): Problem[] {
  if (augmentations.image > 0) return [];
  const message = `detector ${id} learns from synthetic defects: it needs an augmentation of images, such as synthetic-defect`;
  return [{ code: 'CONFIG_INVALID', message, field: ['augmentations'], item: id }];
}
