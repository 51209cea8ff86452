import { shown } from '../../files/index.js';
import { problem, type ProblemError } from '../../shared/errors.js';
import type { ImportContext, PlannedBox, Region } from '../importFormat.js';
import { brushRegion } from '../planning/brush.js';
import { add } from '../planning/names.js';
import { pictureRegion } from '../planning/pictureRegion.js';
import { named, polygonRegion } from '../planning/regions.js';
import type { Drawing, Shape } from '../planning/shapes.js';
import { boxShape, ellipseRegion } from '../planning/turnedShapes.js';
import type { Result } from './labelStudioSchema.js';

type Value = NonNullable<Result['value']>;

/** Relations, ratings and texts mark nothing; what has one of these types was drawn. */
const drawnTypes = /^(ellipse|keypoint|vector|video|rectangle|polygon|brush|bitmask|magicwand)/;

/**
 * Draws the results of one annotation. A shape and its class may be two results of one id.
 * @param place of the task in its file.
 * @returns classes of the image as a whole.
 */
export function draw(
  results: readonly Result[],
  drawing: Drawing,
  place: string,
  context: Pick<ImportContext, 'decodeMask'>,
): string[] {
  const byId = new Map<string, { one: Result; name: string }[]>();
  for (const [index, one] of results.entries()) {
    add(byId, one.id ?? `result ${index}`, { one, name: `${place}, result ${index}` });
  }
  return [...byId.values()].flatMap((parts) => drawParts(parts, drawing, context));
}

function drawParts(
  parts: readonly { one: Result; name: string }[],
  drawing: Drawing,
  context: Pick<ImportContext, 'decodeMask'>,
): string[] {
  const values = parts.flatMap(({ one }) => one.value ?? []);
  const choices = values.flatMap((value) => value.choices ?? []);
  const defectType = values.flatMap(labelsOf)[0] ?? choices[0] ?? null;
  const drawn = parts.find(({ one: { value } }) => value && hasArea(value));
  if (drawn) {
    const picture = drawn.one.value!.imageDataURL;
    drawing.add(() =>
      picture === undefined
        ? shapeOf(drawn.one, drawn.name, defectType)
        : { defectType, region: bitmask(drawn.one, picture, drawn.name, context) },
    );
    return [];
  }
  const lost = parts.find(({ one: { type = '', value } }) => value && drawnTypes.test(type));
  if (!lost) return choices;
  const type = shown(lost.one.type ?? '');
  drawing.leaveOut(defectType, `${lost.name} is of the type '${type}', which marks no area, and was left out`);
  return [];
}

function labelsOf(value: Value): string[] {
  const { rectanglelabels, polygonlabels, brushlabels, ellipselabels, keypointlabels, vectorlabels } = value;
  const first = rectanglelabels ?? polygonlabels ?? brushlabels ?? ellipselabels ?? keypointlabels ?? vectorlabels;
  return first ?? value.bitmasklabels ?? value.labels ?? [];
}

function hasArea({ points, rle, imageDataURL, radiusX, width, keypointlabels }: Value): boolean {
  return Boolean(points ?? rle ?? imageDataURL) || radiusX !== undefined || (width !== undefined && !keypointlabels);
}

function shapeOf(
  { value, original_width: width, original_height: height }: Result,
  name: string,
  defectType: string | null,
): Shape {
  const { points, rle, rotation, radiusX } = value!;
  if (points) return { defectType, region: named(polygonRegion(points.flat().map(fraction), 'FRACTION'), name) };
  if (rle) {
    if (!width || !height) throw invalid(name, 'is a brush without original_width and original_height');
    return { defectType, region: named(brushRegion(rle, { width, height }), name) };
  }
  if (radiusX !== undefined) {
    const [x, y, across, down] = [value!.x, value!.y, radiusX, value!.radiusY].map(fraction);
    const ellipse = { x: x!, y: y!, radiusX: across!, radiusY: down!, unit: 'FRACTION' as const };
    return { defectType, region: named(ellipseRegion(ellipse, rotation), name) };
  }
  return boxShape(boxOf(value!, name), defectType, { degrees: rotation, around: 'CORNER' });
}

/** A picture of the whole image, in base64 behind `data:image/png;base64,`. */
function bitmask(
  { original_width: width, original_height: height }: Result,
  address: string,
  name: string,
  context: Pick<ImportContext, 'decodeMask'>,
): Region {
  const picture = /^data:image\/[a-z]+;base64,/.exec(address);
  if (!picture || !width || !height) {
    throw invalid(name, 'is a bitmask without a picture (data:image/png;base64,…), original_width and original_height');
  }
  const bytes = Buffer.from(address.slice(picture[0].length), 'base64');
  return named(pictureRegion(bytes, { x: 0, y: 0, width, height }, context, `the bitmask of ${name}`), name);
}

/** A box that was drawn from right to left, or upwards, has negative sides. */
function boxOf(value: Value, name: string): PlannedBox & { name: string } {
  const [x, y, width, height] = [value.x, value.y, value.width, value.height].map(fraction);
  return {
    ...{ x: Math.min(x!, x! + width!), y: Math.min(y!, y! + height!) },
    ...{ width: Math.abs(width!), height: Math.abs(height!), unit: 'FRACTION', name },
  };
}

function fraction(hundredths: unknown): number {
  return typeof hundredths === 'number' ? hundredths / 100 : Number.NaN;
}

function invalid(name: string, text: string): ProblemError {
  return problem('DATASET_LAYOUT_INVALID', `${name} ${text}`);
}
