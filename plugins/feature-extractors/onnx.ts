/**
 * Any network in an ONNX file, e.g. one of timm's or torchvision's: see docs/plugins.md for how to export one. Its nodes become
 * a part of the traced graph.
 */
import {
  defineFeatureExtractor,
  modelFileParams,
  problem,
  tf,
  z,
  type FeatureExtractor,
  type OnnxNetwork,
  type PluginContext,
} from 'residua/plugin-api';
import { fitsTiles, imagenetColours, normaliseColours, tiledFeatures, tileParams } from 'residua/toolkit';

const layouts = ['NCHW', 'NHWC'] as const;
const perColour = z.tuple([z.number(), z.number(), z.number()]);

const params = z.strictObject({
  model: modelFileParams.describe('The ONNX file: in the models folder, or an address.'),
  layers: z
    .array(
      z.strictObject({
        output: z.string().min(1).max(1000).describe('Name of a value in the file, an output or one before it.'),
        channels: z.int().min(1).max(65_536),
        stride: z.int().min(1).max(256).describe('Image pixels per feature, per axis.'),
      }),
    )
    .min(1)
    .max(16)
    .refine(
      (layers) => layers.every(({ stride }, i) => i === 0 || stride >= layers[i - 1]!.stride),
      'must begin with the finest, that of the smallest stride',
    )
    .describe('The maps to use, finest first. What is declared is compared with what the file gives.'),
  scale: z.number().gt(0).max(1).default(imagenetColours.scale).describe('Factor on colours 0..255, before the mean.'),
  mean: perColour.default([0.485, 0.456, 0.406]).describe('Taken from each colour, R, G, B. Default: of ImageNet.'),
  std: perColour
    .refine((values) => values.every((value) => value > 0), 'must be above 0')
    .default([0.229, 0.224, 0.225])
    .describe('Each colour is divided by it.'),
  channelOrder: z.enum(['RGB', 'BGR']).default('RGB').describe('Order of the colours that the network takes.'),
  inputLayout: z.enum(layouts).default('NCHW'),
  outputLayout: z.enum(layouts).default('NCHW').describe("Of the maps; timm's Swin networks give NHWC."),
  ...tileParams,
});
type Params = z.output<typeof params>;

/** Every network that halves its maps five times takes multiples of it. */
const sizeMultiple = 32;

/** Of a batch of images, in the network's order. */
function inputShape([n, height, width]: readonly [number, number, number], { inputLayout }: Params): number[] {
  return inputLayout === 'NCHW' ? [n, 3, height, width] : [n, height, width, 3];
}

function outputShape(
  [n, height, width]: readonly [number, number, number],
  { channels, stride }: Params['layers'][number],
  { outputLayout }: Params,
): number[] {
  const [rows, columns] = [height / stride, width / stride];
  return outputLayout === 'NCHW' ? [n, channels, rows, columns] : [n, rows, columns, channels];
}

const text = (shape: readonly (number | undefined)[]) => `[${shape.map((size) => size ?? '?').join(', ')}]`;

const mismatch = (item: string, message: string) =>
  problem('MODEL_SHAPE_MISMATCH', `onnx: ${item}: ${message}`, { item });

/** Refuses images that a file with fixed sizes cannot take, and sizes that give no whole number of features. */
function checkImages(name: string, network: OnnxNetwork, images: readonly [number, number, number], params: Params) {
  const given = inputShape(images, params);
  const declared = network.inputShape;
  const fits = declared.length === given.length && declared.every((size, i) => size === undefined || size === given[i]);
  if (!fits) {
    const side = declared[params.inputLayout === 'NCHW' ? 2 : 1];
    const hint =
      side !== undefined && side < images[1] ? `; with tiles.size ${side} it sees larger images in tiles` : '';
    throw mismatch(name, `it takes an input of shape ${text(declared)}, the images give ${text(given)}${hint}`);
  }
  const uneven = params.layers.find(({ stride }) => images[1] % stride !== 0 || images[2] % stride !== 0);
  if (uneven) {
    throw mismatch(
      name,
      `stride ${uneven.stride} of ${uneven.output} does not divide ${images[1]} x ${images[2]} pixels`,
    );
  }
}

/** Compares what is declared with what the file gives for one image of a size it takes. */
async function checkLayers(name: string, network: OnnxNetwork, params: Params): Promise<void> {
  const declared = network.inputShape;
  const [rowAxis, columnAxis] = params.inputLayout === 'NCHW' ? [2, 3] : [1, 2];
  const size = Math.max(...params.layers.map(({ stride }) => 2 * stride), 2 * sizeMultiple);
  const side = (axis: number) => {
    const fixed = declared[axis];
    return fixed !== undefined && params.layers.every(({ stride }) => fixed % stride === 0) ? fixed : size;
  };
  const images = [1, side(rowAxis), side(columnAxis)] as const;
  checkImages(name, network, images, params);
  const found = await network.probe(inputShape(images, params));
  const wrong = params.layers.flatMap((layer, i) => {
    const expected = text(outputShape(images, layer, params));
    return expected === text(found[i]!) ? [] : [`${layer.output} is ${text(found[i]!)}, declared is ${expected}`];
  });
  if (wrong.length > 0) {
    throw mismatch(name, `for an input of ${text(inputShape(images, params))}, ${wrong.join('; ')}`);
  }
}

async function load(params: Params, context: PluginContext): Promise<FeatureExtractor> {
  const file = await context.modelFile(params.model);
  const network = await context.importOnnx(
    file,
    params.layers.map(({ output }) => output),
  );
  await checkLayers(file.name, network, params);
  const features = (images: tf.Tensor4D) => {
    const [n, height, width] = images.shape;
    const size = [n, height, width] as const;
    checkImages(file.name, network, size, params);
    const normalised = normaliseColours(images, params);
    const ordered = params.channelOrder === 'BGR' ? tf.reverse(normalised, 3) : normalised;
    const input = params.inputLayout === 'NCHW' ? tf.transpose(ordered, [0, 3, 1, 2]) : ordered;
    const shapes = params.layers.map((layer) => outputShape(size, layer, params));
    return network
      .apply(input, shapes)
      .map((map) => (params.outputLayout === 'NCHW' ? tf.transpose(map, [0, 2, 3, 1]) : map) as tf.Tensor4D);
  };
  return {
    weightsDigest: file.sha256,
    features: (images) => tf.tidy(() => tiledFeatures(images, params.tiles, features)),
    dispose: () => undefined,
  };
}

/** Feature maps of any network in an ONNX file. */
export const onnx = defineFeatureExtractor({
  id: 'onnx',
  version: '1.1.0',
  apiVersion: 2,
  earlierDigests: [
    '788e815e8d58477c8281819da6dead3db508de4aeb46be48f237e1ffdc70f57f',
    '5aade35290d50e2e486f16fdc05381f8cb2e87f647d38ef900d90150606e0678',
  ],
  title: 'ONNX network',
  description: 'A network of your own from an ONNX file, e.g. one of timm or torchvision.',
  params: params.refine(({ layers, tiles }) => !tiles || fitsTiles(layers.map(({ stride }) => stride)), {
    message: 'need layers whose strides divide 32',
    path: ['tiles'],
  }),
  sizeMultiple,
  modelFiles: ({ model }) => [model],
  layers: ({ layers }) => layers.map(({ output, channels, stride }) => ({ name: output, channels, stride })),
  load,
});
