import { decodeRle, encodeRuns, type ImageSize } from '../../files/index.js';
import { problem, ProblemError } from '../../shared/errors.js';
import type { BinaryMask } from '../../shared/images.js';
import { fillPolygon, polygonFault, polygonReach } from './polygons.js';
import type { PlannedBox, Region } from '../importFormat.js';

/**
 * What a polygon encloses by the even-odd rule. A part that reaches over the image's edge a little is cut off.
 * @param coordinates x and y by turns, in pixels or in fractions of the image's size.
 */
export function polygonRegion(coordinates: readonly unknown[], unit: 'PIXEL' | 'FRACTION' = 'PIXEL'): Region {
  // What is no number becomes none, and is refused when the image's size is known.
  const points = coordinates.map((at) => (typeof at === 'number' ? at : Number.NaN));
  return outlinedRegion(({ width, height }) =>
    unit === 'PIXEL' ? points : points.map((at, i) => at * (i % 2 === 0 ? width : height)),
  );
}

/**
 * What an outline encloses that is known with the image's size.
 * @param outline x and y of its corners by turns, in pixels.
 * @param reach pixels by which a corner may lie outside.
 */
export function outlinedRegion(
  outline: (image: ImageSize) => readonly number[],
  reach: (image: ImageSize) => number = polygonReach,
): Region {
  const checked = (image: ImageSize) => {
    const points = outline(image);
    const fault = polygonFault(points, image, reach(image));
    if (fault) throw problem('POLYGON_INVALID', `the polygon ${fault}`);
    return points;
  };
  return {
    paint: (mask) => fillPolygon(checked(mask), mask),
    bounds: (image) => boundsInside(checked(image), image),
    reachesOver: (image) => polygonFault(outline(image), image) !== undefined,
  };
}

/**
 * What COCO's compressed run lengths mark.
 * @param size of the image they were made for, where that is told.
 * @param box around them as their file says. Runs that fit it only when they are read row by row are refused.
 */
export function rleRegion(counts: string, size?: ImageSize, box?: PlannedBox): Region {
  return regionOfMask(size, (image) => {
    const mask = decodeRle(counts, image);
    if (box) checkOrder(mask, box);
    return mask;
  });
}

/**
 * What a mask marks that is decoded when its turn has come.
 * @param size of the image it was made for, where that is told.
 */
export function regionOfMask(size: ImageSize | undefined, decode: (image: ImageSize) => BinaryMask): Region {
  // Before anything of the claimed size is allocated.
  const decoded = (image: ImageSize) => {
    if (size) checkRleSize(size, image);
    return decode(image);
  };
  return {
    paint: (mask) => {
      const { data } = decoded(mask);
      for (let at = 0; at < mask.data.length; at += 1) mask.data[at]! |= data[at]!;
    },
    bounds: (image) => boundsOfMask(decoded(image)),
  };
}

/** What uncompressed run lengths mark, column by column from 0 on. Broken ones are refused when they are to be painted. */
export function runsRegion(runs: readonly unknown[], size: ImageSize, box?: PlannedBox): Region {
  const sum = runs.reduce<number>((total, run) => total + Number(run), 0);
  const pixels = size.width * size.height;
  const broken = runs.findIndex((run) => !Number.isInteger(run) || (run as number) < 0);
  const fault = broken >= 0 ? `run ${broken} is ${JSON.stringify(runs[broken])}` : undefined;
  if (fault !== undefined || sum !== pixels) {
    const sums = `its runs add up to ${sum} pixels; ${size.width}x${size.height} are ${pixels}`;
    return refusedRegion(
      'MASK_RLE_INVALID',
      `The mask's run lengths are not valid: ${fault ? `${fault}; ` : ''}${sums}.`,
    );
  }
  return rleRegion(encodeRuns(runs as number[]), size, box);
}

/**
 * What run lengths inside a box mark, row by row from 0 on.
 * @param box in whole pixels.
 */
export function rowRunsRegion(runs: readonly number[], box: Omit<PlannedBox, 'unit' | 'defectType'>): Region {
  return {
    paint: (mask) => {
      checkRuns(runs, box, mask);
      let at = 0;
      for (const [index, run] of runs.entries()) {
        for (const end = at + run; at < end; at += 1) {
          const [row, column] = [box.y + Math.floor(at / box.width), box.x + (at % box.width)];
          if (index % 2 === 1) mask.data[row * mask.width + column] = 1;
        }
      }
    },
    bounds: (image) => {
      checkRuns(runs, box, image);
      return box;
    },
  };
}

function refusedRegion(code: ProblemError['code'], message: string): Region {
  const refuse = () => {
    throw problem(code, message);
  };
  return { paint: refuse, bounds: refuse };
}

/** Several as one, as the parts of one annotation are. */
export function joinedRegion(regions: readonly Region[]): Region {
  const [only, other] = regions;
  if (only && !other) return only;
  return {
    ...(regions.some(({ decoded }) => decoded) && {
      decoded: async () =>
        joinedRegion(await Promise.all(regions.map(async (region) => (await region.decoded?.()) ?? region))),
    }),
    paint: (mask) => {
      for (const region of regions) region.paint(mask);
    },
    reachesOver: (image) => regions.some((region) => region.reachesOver?.(image) ?? false),
    bounds: (image) => {
      const corners = regions.map((region) => region.bounds(image));
      const points = corners.flatMap(({ x, y, width, height }) => [x, y, x + width, y + height]);
      return boundsOf(points, corners[0]?.unit ?? 'PIXEL');
    },
  };
}

/** The same region, whose problems say which it is. */
export function named(region: Region, name: string): Region {
  const naming = <T>(run: () => T): T => {
    try {
      return run();
    } catch (error) {
      throw namedError(error, name);
    }
  };
  const { decoded } = region;
  return {
    paint: (mask) => naming(() => region.paint(mask)),
    bounds: (image) => naming(() => region.bounds(image)),
    reachesOver: region.reachesOver,
    ...(decoded && {
      decoded: async () => {
        const own = await decoded().catch((error: unknown) => {
          throw namedError(error, name);
        });
        return named(own, name);
      },
    }),
  };
}

function namedError(error: unknown, name: string): unknown {
  if (!(error instanceof ProblemError)) return error;
  const [first, ...rest] = error.problems.map((found) => ({ ...found, message: `${name}: ${found.message}` }));
  return new ProblemError([first!, ...rest]);
}

/** Run lengths that were made for another size than the image's mark other pixels. */
function checkRleSize(size: ImageSize, image: ImageSize): void {
  if (size.width === image.width && size.height === image.height) return;
  const swapped = size.width === image.height && size.height === image.width;
  const hint = swapped ? '; width and height may be swapped: COCO writes [height, width]' : '';
  const message = `the run lengths are for ${size.width}x${size.height} pixels, the image has ${image.width}x${image.height}`;
  throw problem('MASK_RLE_INVALID', `${message}${hint}`);
}

function checkRuns(runs: readonly number[], box: Omit<PlannedBox, 'unit'>, image: ImageSize): void {
  const sum = runs.reduce((total, run) => total + run, 0);
  const whole = [box.x, box.y, box.width, box.height, ...runs].every((value) => Number.isInteger(value) && value >= 0);
  const inside = box.x + box.width <= image.width && box.y + box.height <= image.height;
  if (whole && inside && sum === box.width * box.height) return;
  const message = `its runs add up to ${sum} pixels; its box is ${box.width}x${box.height} at ${box.x}, ${box.y}`;
  throw problem('MASK_RLE_INVALID', `${message} in an image of ${image.width}x${image.height}`);
}

/** Row by row the same runs would mark other pixels; only the box tells which was meant. */
function checkOrder(mask: BinaryMask, box: PlannedBox): void {
  if (fits(boundsOfMask(mask), box)) return;
  const byRows = new Uint8Array(mask.data.length);
  for (let at = 0; at < byRows.length; at += 1) {
    byRows[at] = mask.data[(at % mask.height) * mask.width + Math.floor(at / mask.height)]!;
  }
  if (!fits(boundsOfMask({ ...mask, data: byRows }), box)) return;
  const message = 'its runs fit the bbox only when they are read row by row; COCO writes them column by column';
  throw problem('MASK_RLE_INVALID', `The mask's run lengths are not valid: ${message}.`);
}

/** With a pixel of reach on each side. */
function fits(inner: PlannedBox, outer: PlannedBox): boolean {
  const [right, bottom] = [outer.x + outer.width + 1, outer.y + outer.height + 1];
  const within = inner.x + inner.width <= right && inner.y + inner.height <= bottom;
  return within && inner.x >= outer.x - 1 && inner.y >= outer.y - 1;
}

function boundsInside(points: readonly number[], { width, height }: ImageSize): PlannedBox {
  const inside = points.map((at, i) => Math.min(i % 2 === 0 ? width : height, Math.max(0, at)));
  return boundsOf(inside, 'PIXEL');
}

function boundsOf(points: readonly number[], unit: 'PIXEL' | 'FRACTION'): PlannedBox {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (let i = 0; i + 1 < points.length; i += 2) {
    box.left = Math.min(box.left, points[i]!);
    box.right = Math.max(box.right, points[i]!);
    box.top = Math.min(box.top, points[i + 1]!);
    box.bottom = Math.max(box.bottom, points[i + 1]!);
  }
  return { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top, unit };
}

/** The smallest box around what a mask marks; 0x0 when it marks nothing. */
export function boundsOfMask({ width, height, data }: BinaryMask): PlannedBox {
  const points: number[] = [];
  for (let first = data.indexOf(1); first >= 0;) {
    const row = Math.floor(first / width);
    const last = data.lastIndexOf(1, (row + 1) * width - 1);
    points.push(first % width, row, (last % width) + 1, row + 1);
    first = row + 1 < height ? data.indexOf(1, (row + 1) * width) : -1;
  }
  return points.length === 0 ? { x: 0, y: 0, width: 0, height: 0 } : boundsOf(points, 'PIXEL');
}
