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
import { tiledFeatures, tileParams } from 'residua/toolkit';

const weightsDigest = '1b635a15009071f506f9f2b3519b31c072c534888989f30d269ffd44734ef7ef';

const inputNode = 'tower_0/images';

const expanded = (block: number, node: string) => `tower_0/MobilenetV3/expanded_conv_${block}/expand/${node}`;

/** The widest maps of their stride. The gate of a hard-swish is relu6(x + 3), what it lets through is x times a sixth of it. */
const nodes = {
  expanded_conv_3: { node: expanded(3, 'Relu'), channels: 72, stride: 4 },
  expanded_conv_6: { node: expanded(6, 'hard_swish/Relu6'), channels: 192, stride: 8 },
  expanded_conv_6_swish: { node: expanded(6, 'hard_swish/mul_1'), channels: 192, stride: 8 },
  expanded_conv_12: { node: expanded(12, 'hard_swish/Relu6'), channels: 528, stride: 16 },
  expanded_conv_12_swish: { node: expanded(12, 'hard_swish/mul_1'), channels: 528, stride: 16 },
} as const;
type LayerName = keyof typeof nodes;
const names = Object.keys(nodes) as [LayerName, ...LayerName[]];

const params = z.strictObject({
  layers: z
    .array(z.enum(names))
    .min(1)
    .refine((chosen) => chosen.every((name, i) => i === 0 || names.indexOf(name) > names.indexOf(chosen[i - 1]!)), {
      message: 'names each layer once, finest first',
    })
    .default(['expanded_conv_6', 'expanded_conv_12'])
    .describe(
      'Feature maps, finest first: expanded_conv_3 (stride 4, 72 channels; for thin defects), expanded_conv_6 (8, 192) and expanded_conv_12 (16, 528). The last two are the gates of their hard-swish; with _swish, what these let through.',
    ),
  ...tileParams,
});

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

async function load({ layers, tiles }: z.output<typeof params>): Promise<FeatureExtractor> {
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
      tf.tidy(() =>
        tiledFeatures(
          images,
          tiles,
          (each) =>
            model.execute(
              { [inputNode]: each },
              layers.map((name) => nodes[name].node),
            ) as tf.Tensor4D[],
        ),
      ),
    dispose: () => model.dispose(),
  };
}

/** Feature maps of a MobileNetV3 that comes with the installation. */
export const mobilenetV3 = defineFeatureExtractor({
  id: 'mobilenet-v3',
  version: '1.1.0',
  apiVersion: 2,
  earlierDigests: [
    'e46e9ee7100d60908916227de8d37654e2fd52fab3dc87debaa080dbab41c2d4',
    'b230e6235d91deb18bf0b6ab56be970fcdd2fdc5223b77b9f1c02811a6f9fea2',
    '3c5f129ea760751b30412f08aa755233d7bf5fc9f8cee067c975b3294cac3656',
  ],
  title: 'MobileNetV3',
  description: 'Small convolutional network trained on COCO; comes with the installation and is fast on a CPU.',
  reference: 'Howard et al. 2019, Searching for MobileNetV3',
  params,
  sizeMultiple: 32,
  layers: (chosen) =>
    chosen.layers.map((name) => ({ name, channels: nodes[name].channels, stride: nodes[name].stride })),
  load,
});
