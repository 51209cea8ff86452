import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { problem, ProblemError, type Problem } from '../../shared/errors.js';
import type { Box } from '../../shared/images.js';
import type { Supervision } from '../../shared/training.js';
import { accepted, collected, type ResiduaClient, UpdateImagesDocument } from '../../client/index.js';
import { allImages } from '../commands/lists.js';
import { saveBoxes } from '../commands/saveBoxes.js';

const fileBox = z.object({ file: z.string(), x: z.number(), y: z.number(), width: z.number(), height: z.number() });
const setting = z.object({ train_anomalies: z.array(z.string()).default([]), boxes: z.array(fileBox).default([]) });
const packSettings = z.object({ supervised: setting.optional(), semi_supervised: setting.optional() });

/** The defective images a setting takes out of the test, and the boxes it trains with. Paths are relative to the category's folder. */
export interface LabelledImages {
  files: string[];
  boxes: Map<string, Box[]>;
}

/**
 * Reads the `settings.json` of a pack: which defective images move to training in the chosen setting. Without supervision
 * nothing is learnt of them, but all that any setting names are out of the test, so that every setting is measured on the
 * same images. Images of excluded defect types are left out.
 * @throws ProblemError JSON_INVALID or CONFIG_INVALID with the path of each problem.
 */
export async function readLabelledImages(
  file: string,
  supervision: Supervision,
  exclude: readonly string[],
): Promise<LabelledImages> {
  const settings = await parseSettings(file);
  const kept = (path: string) => !exclude.includes(path.split('/').at(-2) ?? '');
  if (supervision === 'UNSUPERVISED') {
    const named = Object.values(settings).flatMap((each) => each?.train_anomalies ?? []);
    return { files: [...new Set(named.filter(kept).map(insideCategory))], boxes: new Map() };
  }
  const name = supervision === 'SUPERVISED' ? 'supervised' : 'semi_supervised';
  const chosen = settings[name];
  if (!chosen || chosen.train_anomalies.length === 0) {
    throw problem('CONFIG_INVALID', `${file} names no images for the setting ${name}`, { item: file });
  }
  const boxes = new Map<string, Box[]>();
  for (const { file: path, ...box } of chosen.boxes.filter((row) => kept(row.file))) {
    const inside = insideCategory(path);
    boxes.set(inside, [...(boxes.get(inside) ?? []), box]);
  }
  return { files: chosen.train_anomalies.filter(kept).map(insideCategory), boxes };
}

/**
 * Moves the images to the training split and, where boxes are given, stores them.
 * @throws ProblemError NOT_FOUND naming every file that the data set lacks.
 */
export async function applyLabels(client: ResiduaClient, datasetId: string, labels: LabelledImages): Promise<void> {
  if (labels.files.length === 0) return;
  const anomalous = await collected(allImages(client, datasetId, { label: 'ANOMALOUS' }));
  const images = new Map(anomalous.map((image) => [image.filename, image]));
  const missing = labels.files.filter((file) => !images.has(file)).map(missingImage);
  const [first, ...rest] = missing;
  if (first) throw new ProblemError([first, ...rest]);
  const ids = labels.files.map((file) => images.get(file)!.id);
  accepted((await client.request(UpdateImagesDocument, { input: { ids, split: 'TRAIN' } })).updateImages);
  for (const [file, boxes] of labels.boxes) await saveBoxes(client, images.get(file)!, boxes);
}

async function parseSettings(file: string): Promise<z.output<typeof packSettings>> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw problem('NOT_FOUND', `cannot read ${file}: ${error.message}`, { item: file });
  });
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw problem('JSON_INVALID', `${file} is not JSON: ${(error as Error).message}`, { item: file });
  }
  const parsed = packSettings.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue): Problem => ({
    code: 'CONFIG_INVALID',
    message: `${file}: ${issue.path.join('.')}: ${issue.message}`,
    item: file,
  }));
  throw new ProblemError(problems as [Problem, ...Problem[]]);
}

/** `tile/test/crack/1.jpg` to `test/crack/1.jpg`: packs write paths from the folder that holds the category. */
function insideCategory(path: string): string {
  const at = path.search(/(^|\/)test\//);
  return at < 0 ? path : path.slice(at).replace(/^\//, '');
}

function missingImage(file: string): Problem {
  return { code: 'NOT_FOUND', message: `the settings name ${file}, which is not in the data set`, item: file };
}
