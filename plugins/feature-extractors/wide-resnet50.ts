/**
 * WideResNet-50-2: Zagoruyko and Komodakis 2016, "Wide Residual Networks", as in torchvision. The backbone of PatchCore,
 * SemiREST and many more. Its weights are a file to fetch: see docs/plugins.md.
 */
import { defineFeatureExtractor, modelFileParams, tf, z, type WeightsFile } from 'residua/plugin-api';
import {
  checkWeights,
  decodeSafetensors,
  imagenetColours,
  normaliseColours,
  resnetChannels,
  resnetLayers,
  resnetParameterShapes,
  resnetUpTo,
  tiledFeatures,
  tileParams,
  wideResnet50 as settings,
} from 'residua/toolkit';

const weights: WeightsFile = {
  file: 'wide-resnet50.safetensors',
  source: 'https://download.pytorch.org/models/wide_resnet50_2-95faca4d.pth (torchvision), converted to safetensors',
};

const channels = resnetChannels(settings);
const layerNames = ['layer1', 'layer2', 'layer3', 'layer4'] as const;
type LayerName = (typeof layerNames)[number];

/** 0 for layer1. */
const depth = (name: LayerName) => layerNames.indexOf(name);
/** The network without what lies behind its deepest layer that is asked for. */
const networkOf = (layers: readonly LayerName[]) => resnetUpTo(settings, depth(layers.at(-1)!) + 1);

const layers = z
  .array(z.enum(layerNames))
  .min(1)
  .refine((chosen) => chosen.every((name, i) => i === 0 || depth(name) > depth(chosen[i - 1]!)), {
    message: 'names each layer once, finest first',
  })
  .default(['layer2', 'layer3'])
  .describe('Feature maps: layer1 (stride 4, 256 channels) to layer4 (stride 32, 2048 channels), finest first.');

/** Layers of torchvision's WideResNet-50-2, the backbone of many papers. */
export const wideResnet50 = defineFeatureExtractor({
  id: 'wide-resnet50',
  version: '1.1.0',
  apiVersion: 2,
  earlierDigests: [
    '81f5a3b0dbe0d4df8c12d9d202e3f4b34bdfe527d211707c856982b2239db747',
    '56046af5eb8af8a6418ace564fe4056509e3756910155982a502281b5c5cc9ce',
    '9999eeefa08ee1d63db39c8239c2ab5fadf852453367a7a9d961e7ac8cc23375',
  ],
  title: 'WideResNet-50-2',
  description:
    'The backbone of many papers, trained on ImageNet, with the layers that are asked for. Its weights must be fetched first.',
  reference: 'Zagoruyko and Komodakis 2016, Wide Residual Networks',
  params: z.strictObject({
    layers,
    weights: modelFileParams
      .default({ file: weights.file })
      .describe('A safetensors file with the names of torchvision: in the models folder, or an address.'),
    ...tileParams,
  }),
  sizeMultiple: 32,
  weights,
  modelFiles: (params) => [params.weights],
  layers: (params) =>
    params.layers.map((name) => ({ name, channels: channels[depth(name)]!, stride: 4 * 2 ** depth(name) })),
  load: async (params, context) => {
    const { name, bytes, sha256 } = await context.modelFile(params.weights);
    const network = networkOf(params.layers);
    const tensors = checkWeights(decodeSafetensors(bytes, name).tensors, resnetParameterShapes(network), name);
    const parameters = Object.fromEntries(
      Object.entries(tensors).map(([key, { data, shape }]) => [key, tf.tensor(data, [...shape])]),
    );
    return {
      weightsDigest: sha256,
      features: (images) =>
        tf.tidy(() =>
          tiledFeatures(images, params.tiles, (each) => {
            const maps = resnetLayers(normaliseColours(each, imagenetColours), parameters, network);
            return params.layers.map((layer) => maps[depth(layer)]!);
          }),
        ),
      dispose: () => tf.dispose(parameters),
    };
  },
});
