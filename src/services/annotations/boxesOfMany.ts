import type { ImageEntity } from '../../database/entities/index.js';
import { notFound, throwIfProblems, type Problem } from '../../shared/errors.js';
import { checkBoxes, type GivenBox } from './boxes.js';
import { originOf, type DrawnLabel } from './revisions.js';
import { saveProblems, type LabelWork } from './saveProblems.js';

/** Images whose boxes one call may save: of an ordinary size they fit into one request, and are stored within seconds. */
const maximumImages = 5_000;

/** Boxes of one of many images. */
export interface GivenBoxes extends LabelWork {
  imageId: string;
  expectedRevision: number;
  boxes: readonly GivenBox[];
}

/** @throws ProblemError BAD_USER_INPUT for too many images or none, and for one that is there twice. */
export function refuseWrongImages(given: readonly GivenBoxes[]): void {
  const field = ['input', 'annotations'];
  if (given.length < 1 || given.length > maximumImages) {
    const message = `boxes of ${given.length} images; 1 to ${maximumImages} in one call are allowed`;
    throwIfProblems([{ code: 'BAD_USER_INPUT', message, field }]);
  }
  const first = new Map<string, number>();
  const problems = given.flatMap(({ imageId }, index): Problem[] => {
    const before = first.get(imageId);
    if (before === undefined) first.set(imageId, index);
    const message = `the image of ${index} is the one of ${before}; all its boxes belong together`;
    return before === undefined ? [] : [{ code: 'BAD_USER_INPUT', message, field: [...field, `${index}`, 'imageId'] }];
  });
  throwIfProblems(problems);
}

/**
 * Checks the boxes of many images.
 * @param images those that there are, by id.
 * @param limit boxes of one image.
 * @throws ProblemError with every problem: NOT_FOUND, and those of `checkBoxes` and `saveProblems`.
 */
export function checkBoxesOfMany(
  given: readonly GivenBoxes[],
  images: ReadonlyMap<string, ImageEntity>,
  limit: number,
): { drawn: DrawnLabel[]; warnings: Problem[] } {
  const [drawn, problems, warnings]: [DrawnLabel[], Problem[], Problem[]] = [[], [], []];
  for (const [index, one] of given.entries()) {
    const at = ['input', 'annotations', String(index)];
    const { imageId } = one;
    const image = images.get(imageId);
    if (!image) {
      problems.push(...notFound('image', imageId, [...at, 'imageId']).problems);
      continue;
    }
    const checked = checkBoxes(one.boxes, image, { limit, field: [...at, 'boxes'] });
    problems.push(...saveProblems(one, at), ...checked.problems);
    warnings.push(...checked.warnings);
    if (!checked.payload) continue;
    const content = { kind: 'BOX', payload: checked.payload } as const;
    drawn.push({ origin: originOf(one), content, at, name: 'boxes' });
  }
  throwIfProblems(problems);
  return { drawn, warnings };
}
