import type { DetectorChoices, Problem } from '../../plugin-api/index.js';

/** CONFIG_INVALID when a detector that always learns from nothing is asked to continue from a model version. */
export function continuationProblems(
  id: string,
  { startFrom }: Pick<DetectorChoices<unknown>, 'startFrom'>,
): Problem[] {
  if (!startFrom) return [];
  const message = `detector ${id} cannot continue from a model version: it always learns from nothing; leave fromModelVersionId out`;
  return [{ code: 'CONFIG_INVALID', message, field: ['fromModelVersionId'], item: id }];
}
