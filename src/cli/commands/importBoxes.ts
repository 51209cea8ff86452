import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import {
  collected,
  RefusedError,
  SaveBoxAnnotationsDocument,
  ServerLimitsDocument,
  throwIfRefused,
  toProblem,
  type BoxInput,
  type DatasetInfo,
  type ListedImage,
  type Problem,
  type ResiduaClient,
  type SaveBoxAnnotationsInput,
} from '../../client/index.js';
import type { Terminal } from '../terminal/terminal.js';
import { allImages } from './lists.js';
import { boxesToSave, type BoxAuthor } from './saveBoxes.js';

/** Problems that are listed at once, as imports list them. */
const mostProblems = 100;

/** A number, or its text in a CSV; an empty cell is none. */
const number = z.union([z.number(), z.string().trim().min(1).transform(Number)], 'must be a number').pipe(z.number());
const positive = number.pipe(z.number().positive());
const row = z.object({
  file: z.string().min(1),
  ...{ x: number, y: number, width: positive, height: positive },
  defectType: z.string().optional(),
});

/**
 * Reads boxes from a file and stores them, all or none.
 * @throws RefusedError with every problem, at most 100 and how many there are: of rows, names and edges; without those,
 *   PAYLOAD_TOO_LARGE for more than one request can hold, and what the server says of the labels.
 */
export async function importBoxes(
  client: ResiduaClient,
  terminal: Terminal,
  dataset: DatasetInfo,
  { file, dryRun, ...author }: BoxAuthor & { file: string; dryRun?: boolean },
): Promise<{ images: number; boxes: number }> {
  const { byImage, problems, ignored } = await readBoxes(file);
  const pairs: { image: ListedImage; boxes: BoxInput[] }[] = [];
  const images = new Map((await collected(allImages(client, dataset.id))).map((image) => [image.filename, image]));
  for (const [name, boxes] of byImage) {
    const image = images.get(name);
    if (image) {
      pairs.push({ image, boxes });
      problems.push(...boxes.filter((box) => !isInside(box, image)).map((box) => outside(box, image)));
    } else problems.push({ code: 'NOT_FOUND', message: `${dataset.name} has no image ${name}`, item: name });
  }
  refuse(problems, file);
  if (ignored.length > 0) {
    const read = Object.keys(row.shape).join(', ');
    terminal.say(`warning FILE_LEFT_OUT: ${file} has more than is read (${read}): ${ignored.join(', ')}`);
  }
  const input = { annotations: pairs.map(({ image, boxes }) => boxesToSave(image, boxes, author)), dryRun };
  await refuseTooLarge(client, input, file);
  const answer = (await client.request(SaveBoxAnnotationsDocument, { input })).saveBoxAnnotations;
  refuse(answer.userErrors.map(toProblem), file);
  for (const { code, message } of answer.warnings) terminal.say(`warning ${code}: ${message}`);
  return { images: pairs.length, boxes: pairs.reduce((sum, { boxes }) => sum + boxes.length, 0) };
}

/** All or none means one request. @throws RefusedError PAYLOAD_TOO_LARGE before anything is sent. */
async function refuseTooLarge(client: ResiduaClient, input: SaveBoxAnnotationsInput, file: string): Promise<void> {
  const { requestBytes } = (await client.request(ServerLimitsDocument)).server.limits as { requestBytes: number };
  const bytes = client.bytesOf(SaveBoxAnnotationsDocument, { input });
  if (bytes <= requestBytes) return;
  const size = `${file} has boxes of ${input.annotations.length} images, a request of ${bytes} bytes`;
  const message = `${size}; this server takes at most ${requestBytes} (RESIDUA_LIMIT_REQUEST_BYTES); divide the file`;
  throw new RefusedError([{ code: 'PAYLOAD_TOO_LARGE', message, item: file }]);
}

/** @throws RefusedError with what is wrong: the first 100, and one that says of how many. */
function refuse(problems: readonly Problem[], file: string): void {
  if (problems.length <= mostProblems) return throwIfRefused(problems);
  const message = `${file} has ${problems.length} problems; the first ${mostProblems} are listed`;
  throwIfRefused([...problems.slice(0, mostProblems), { code: 'TEXT_INVALID', message, item: file }]);
}

/** What a file of boxes holds. */
interface ReadBoxes {
  /** By the name of their image. */
  byImage: Map<string, BoxInput[]>;
  /** Of rows that hold none. */
  problems: Problem[];
  /** Columns or members that nothing reads. */
  ignored: string[];
}

/** @throws RefusedError NOT_FOUND, JSON_INVALID, TEXT_INVALID. */
async function readBoxes(file: string): Promise<ReadBoxes> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new RefusedError([{ code: 'NOT_FOUND', message: `cannot read ${file}: ${error.message}`, item: file }]);
  });
  const rows = rowsOf(file, text.replace(/^\ufeff/, ''));
  const byImage = new Map<string, BoxInput[]>();
  const problems: Problem[] = [];
  rows.forEach((each, index) => {
    const parsed = row.safeParse(each);
    if (!parsed.success) return problems.push(...parsed.error.issues.map((issue) => wrongRow(file, index, issue)));
    const { file: written, defectType, ...box } = parsed.data;
    const name = written.normalize('NFC');
    byImage.set(name, [...(byImage.get(name) ?? []), { ...box, ...(defectType && { defectType }) }]);
  });
  if (rows.length === 0) problems.push({ code: 'TEXT_INVALID', message: `${file} holds no boxes`, item: file });
  const names = new Set(rows.flatMap((each) => (typeof each === 'object' && each ? Object.keys(each) : [])));
  return { byImage, problems, ignored: [...names].filter((name) => !(name in row.shape)) };
}

function rowsOf(file: string, text: string): unknown[] {
  const isJson = /^\s*[[{]/.test(text);
  try {
    // A spreadsheet of a country with decimal commas separates by semicolons.
    if (!isJson) return parse(text, { columns: true, trim: true, skip_empty_lines: true, delimiter: [',', ';', '\t'] });
    const json = JSON.parse(text) as unknown;
    const list = Array.isArray(json) ? json : (json as { boxes?: unknown }).boxes;
    if (Array.isArray(list)) return list as unknown[];
  } catch (error) {
    const code = isJson ? 'JSON_INVALID' : 'TEXT_INVALID';
    throw new RefusedError([{ code, message: `${file} cannot be read: ${(error as Error).message}`, item: file }]);
  }
  const message = `${file} is neither a list of boxes nor an object with one under "boxes"`;
  throw new RefusedError([{ code: 'JSON_INVALID', message, item: file }]);
}

function wrongRow(file: string, index: number, { path, message }: z.core.$ZodIssue): Problem {
  return { code: 'TEXT_INVALID', message: `${file}, box ${index + 1}: ${path.join('.')}: ${message}`, item: file };
}

function isInside({ x, y, width, height }: BoxInput, image: { width: number; height: number }): boolean {
  return x >= 0 && y >= 0 && x + width <= image.width && y + height <= image.height;
}

function outside(
  { x, y, width, height }: BoxInput,
  image: { filename: string; width: number; height: number },
): Problem {
  const message = `the box ${x},${y},${width},${height} of ${image.filename} leaves the image of ${image.width}x${image.height}`;
  return { code: 'BOX_OUT_OF_BOUNDS', message, item: image.filename };
}
