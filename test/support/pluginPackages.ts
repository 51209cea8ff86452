import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

const statement = (
  id: string,
) => `id: '${id}', version: '1.0.0', apiVersion: 2, title: '${id}', description: 'of a test',
  params: z.strictObject({}),`;

/** The source of a feature extractor with one layer of 8 channels and stride 8. @param features body of `features(images)`. */
export const extractorSource = (id: string, features: string) => `
import { defineFeatureExtractor, tf, z } from 'residua/plugin-api';
export const plugin = defineFeatureExtractor({ ${statement(id)}
  sizeMultiple: 8,
  layers: () => [{ name: 'colour', channels: 8, stride: 8 }],
  load: async () => ({ weightsDigest: 'none', features: (images) => { ${features} }, dispose: () => {} }),
});`;

/** The source of a loss. @param body of the function of \`p\` and \`labels\`. */
export const lossSource = (id: string, body: string) => `
import { defineLoss, tf, z } from 'residua/plugin-api';
export const plugin = defineLoss({ ${statement(id)} create: () => (p, labels) => { ${body} } });`;

/** The source of an augmentation of images that makes a defect of one pixel. @param before what each call does first; \`calls\` counts them. */
export const augmentationSource = (id: string, before: string) => `
import { defineAugmentation, tf, z } from 'residua/plugin-api';
let calls = 0;
export const plugin = defineAugmentation({ ${statement(id)} stage: 'image',
  create: () => ({ stage: 'image', augment: (image) => {
    calls++;
    const { width, height } = image;
    const mask = { width, height, data: new Uint8Array(width * height).fill(1, 0, width * 16) };
    ${before}
    return { image: { width, height, data: image.data.slice().fill(0, 0, width * 16 * 3) }, mask };
  } }),
});`;

/** The source of an augmentation of residuals that changes nothing. @param fill body of \`fill(data)\`; \`calls\` counts them. */
export const residualSource = (id: string, fill: string) => `
import { defineAugmentation, tf, z } from 'residua/plugin-api';
let calls = 0;
export const plugin = defineAugmentation({ ${statement(id)} stage: 'residual',
  create: () => ({ stage: 'residual', level: 'feature', neighbours: 1,
    randomInputs: () => [{ spec: { shape: [1] }, fill: (data) => { calls++; ${fill} } }],
    apply: (residuals) => residuals,
  }),
});`;

/** The source of a detector. @param train body of \`train(context)\`. */
export const detectorSource = (id: string, train: string) => `
import { defineDetector, tf, z } from 'residua/plugin-api';
export const plugin = defineDetector({ ${statement(id)}
  supervisions: ['UNSUPERVISED'], uses: { features: false, augmentations: [], loss: false }, continues: false,
  stages: () => [{ name: 'training', weight: 1 }], check: () => [],
  train: async (context) => { ${train} },
  load: async () => { throw new Error('not reached'); },
});`;

/** Writes a plugin as a package without anything beside it. @returns its folder. */
export async function writePlugin(folder: string, kind: string, id: string, source: string): Promise<string> {
  const place = path.join(folder, id);
  await mkdir(place, { recursive: true });
  const residua = { kind, apiVersion: 2, entry: './index.js' };
  await writeFile(
    path.join(place, 'package.json'),
    JSON.stringify({ name: id, version: '1.0.0', type: 'module', residua }),
  );
  await writeFile(path.join(place, 'index.js'), source);
  return place;
}
