/**
 * MobileNetV3 (Howard et al. 2019, "Searching for MobileNetV3") as trained on COCO inside a CenterNet object detector;
 * weights: npm package `@vladmandic/human` (models/centernet, MIT), float16 on disk, 4 MB.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { GraphModel } from '@tensorflow/tfjs-converter';
import { defineFeatureExtractor, problem, tf, z, type FeatureExtractor } from 'residua/plugin-api';

const weightsDigest = '1b635a15009071f506f9f2b3519b31c072c534888989f30d269ffd44734ef7ef';

const inputNode = 'tower_0/images';

/** Activations before each expansion's gate: the widest maps of their stride. */
const nodes = [
  {
    name: 'expanded_conv_6',
    node: 'tower_0/MobilenetV3/expanded_conv_6/expand/hard_swish/Relu6',
    channels: 192,
    stride: 8,
  },
  {
    name: 'expanded_conv_12',
    node: 'tower_0/MobilenetV3/expanded_conv_12/expand/hard_swish/Relu6',
    channels: 528,
    stride: 16,
  },
] as const;

interface GraphModelJson {
  format: string;
  signature: tf.io.ModelJSON['signature'] & { inputs: Record<string, { tensorShape: { dim: { size: string }[] } }> };
  modelTopology: { node: { op: string; attr?: { shape?: { shape: { dim: { size: string }[] } } } }[] };
  weightsManifest: { weights: tf.io.WeightsManifestEntry[] }[];
}

/** The published graph is fixed to 512 x 512 pixels and one image; nothing in it needs that. */
function relaxInputShape(json: GraphModelJson): void {
  const placeholders = json.modelTopology.node.filter((node) => node.op === 'Placeholder');
  const shapes = [
    ...placeholders.map((node) => node.attr!.shape!.shape.dim),
    ...Object.values(json.signature.inputs).map((input) => input.tensorShape.dim),
  ];
  for (const dims of shapes) for (const dim of dims.slice(0, 3)) dim.size = '-1';
}

/** The package's `exports` hide its model files from `require.resolve`, so its folder is looked up. */
function modelFolder(): string {
  const bases = createRequire(import.meta.url).resolve.paths('@vladmandic/human') ?? [];
  const folder = bases
    .map((base) => path.join(base, '@vladmandic/human/models'))
    .find((candidate) => existsSync(candidate));
  if (!folder)
    throw problem('MODEL_INVALID', 'mobilenet-v3: the npm package @vladmandic/human is not installed; run npm ci');
  return folder;
}

async function load(): Promise<FeatureExtractor> {
  const folder = modelFolder();
  const [text, bytes] = await Promise.all([
    readFile(path.join(folder, 'centernet.json'), 'utf8'),
    readFile(path.join(folder, 'centernet.bin')),
  ]);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== weightsDigest) {
    const message = `mobilenet-v3: centernet.bin has sha256 ${found}, expected ${weightsDigest}; run npm ci again`;
    throw problem('ARTIFACT_CORRUPT', message, { item: 'centernet.bin' });
  }
  const json = JSON.parse(text) as GraphModelJson;
  relaxInputShape(json);
  const model = new GraphModel(
    tf.io.fromMemorySync({
      modelTopology: json.modelTopology,
      format: json.format,
      signature: json.signature,
      weightSpecs: json.weightsManifest.flatMap((group) => group.weights),
      weightData: new Uint8Array(bytes).buffer,
    }),
  );
  model.load();
  return {
    weightsDigest,
    features: (images) =>
      tf.tidy(
        () =>
          model.execute(
            { [inputNode]: images },
            nodes.map((layer) => layer.node),
          ) as tf.Tensor4D[],
      ),
    dispose: () => model.dispose(),
  };
}

/** Feature maps of a MobileNetV3 that comes with the installation. */
export const mobilenetV3 = defineFeatureExtractor({
  id: 'mobilenet-v3',
  version: '1.0.0',
  apiVersion: 2,
  earlierDigests: ['e46e9ee7100d60908916227de8d37654e2fd52fab3dc87debaa080dbab41c2d4'],
  title: 'MobileNetV3',
  description: 'Small convolutional network trained on COCO; comes with the installation and is fast on a CPU.',
  reference: 'Howard et al. 2019, Searching for MobileNetV3',
  params: z.strictObject({}),
  sizeMultiple: 32,
  layers: () => nodes.map(({ name, channels, stride }) => ({ name, channels, stride })),
  load,
});
