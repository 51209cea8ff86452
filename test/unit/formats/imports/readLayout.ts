import { Readable } from 'node:stream';
import {
  importFormats,
  normalNames,
  type ImportPlan,
  type SourceFile,
  type SourceTree,
} from '../../../../src/formats/index.js';
import { decodeRle } from '../../../../src/files/index.js';
import { checkImage, type CheckedImage } from '../../../../src/services/imports/checkImage.js';
import type { PixelProcesses } from '../../../../src/services/pixel-process/pixelProcesses.js';
import { pixelTasks } from '../../../../src/services/pixel-process/pixelTasks.js';
import { defaultLimits } from '../../../../src/shared/config.js';
import { picture } from '../../files/imageBytes.js';

/** Paths and what lies there; `true` for an image of 64x48 pixels, another for each path. */
export type Sketch = Record<string, string | Uint8Array | object | true>;

/** What one image came out as: `TEST ANOMALOUS scratch`, with its boxes and the pixels that are marked. */
export interface Read {
  is: string;
  boxes?: number[][];
  pixels?: { count: number; around: number[] };
}

/** What a layout is read as, without a database. */
export interface Reading {
  /** By name in the data set. */
  images: Record<string, Read>;
  /** `CODE item`. */
  problems: string[];
  /** Those that no choice gets past. */
  ofLayout: string[];
  messages: string[];
  warnings: string[];
  met: string[];
}

/** The real tasks, without processes of their own. */
const inThisProcess: Pick<PixelProcesses, 'run'> = {
  run: (task, given) => (pixelTasks[task] as (...values: unknown[]) => Promise<never>)(...given),
};

/** Reads files in a format as an import does. */
export async function readLayout(format: string, sketch: Sketch, given?: readonly string[]): Promise<Reading> {
  const normal = normalNames(given);
  const context = {
    ...defaultLimits,
    meansNormal: (name: string) => normal.includes(name),
    isNormalClass: (name: string) => normal.includesClass(name),
    decodeMask: (bytes: Uint8Array, item: string) => pixelTasks.mask(bytes, { item, threshold: 1 }),
  };
  const source = await treeOf(sketch);
  const plan: ImportPlan = await importFormats.find(({ id }) => id === format)!.plan(source, context);
  const checked = await Promise.all(
    plan.images.map((image) => checkImage(image, { limits: defaultLimits, masks: {}, pixels: inThisProcess })),
  );
  const images = checked.flatMap((one) => (Array.isArray(one) ? [] : [one]));
  const problems = [
    ...plan.problems,
    ...(plan.itemProblems ?? []),
    ...checked.flatMap((one) => (Array.isArray(one) ? one : [])),
  ];
  const warnings = [...(plan.warnings ?? []), ...images.flatMap((image) => image.warnings)];
  return {
    images: Object.fromEntries(images.map((image) => [image.filename, described(image)])),
    problems: [...new Set(problems.map(({ code, item }) => `${code} ${item}`))],
    ofLayout: plan.problems.map(({ code, item }) => `${code} ${item}`),
    messages: problems.map(({ message }) => message),
    warnings: warnings.map(({ code, message }) => `${code}: ${message}`),
    met: normal.met(),
  };
}

async function treeOf(sketch: Sketch): Promise<SourceTree> {
  const files = await Promise.all(
    Object.entries(sketch).map(async ([path, content], seed): Promise<SourceFile> => {
      const bytes = await bytesOf(content, path, seed);
      return {
        ...{ path, bytes: bytes.byteLength },
        open: () => Promise.resolve(bytes),
        stream: () => Promise.resolve(Readable.from([bytes])),
      };
    }),
  );
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { name: 'set', files, junk: [], problems: [], close: () => Promise.resolve() };
}

async function bytesOf(content: Sketch[string], path: string, seed: number): Promise<Buffer> {
  if (typeof content === 'string') return Buffer.from(content);
  if (content instanceof Uint8Array) return Buffer.from(content);
  if (content !== true) return Buffer.from(JSON.stringify(content));
  const image = picture(64, 48, seed + 1);
  return /\.jpe?g$/i.test(path) ? image.jpeg().toBuffer() : image.png().toBuffer();
}

function described({ split, label, defectType, annotations, width, height }: CheckedImage): Read {
  const found: Read = { is: [split, label, defectType].filter(Boolean).join(' ') };
  for (const { kind, payload } of annotations) {
    if (kind === 'BOX' && 'boxes' in payload) {
      found.boxes = payload.boxes.map((box) => [box.x, box.y, box.width, box.height]);
    }
    if (kind === 'PIXEL' && 'counts' in payload) found.pixels = marked(payload.counts, { width, height });
  }
  return found;
}

/** How many pixels are marked, and the smallest box around them. */
function marked(counts: string, size: { width: number; height: number }): NonNullable<Read['pixels']> {
  const { data } = decodeRle(counts, size);
  const places = [...data].flatMap((value, at) => (value ? [[at % size.width, Math.floor(at / size.width)]] : []));
  const [xs, ys] = [places.map(([x]) => x!), places.map(([, y]) => y!)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { count: places.length, around: [left, top, Math.max(...xs) - left + 1, Math.max(...ys) - top + 1] };
}
