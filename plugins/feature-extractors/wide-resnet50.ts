/**
 * WideResNet-50-2: Zagoruyko and Komodakis 2016, "Wide Residual Networks", as in torchvision. The backbone of PatchCore and
 * SemiREST. Its weights are a file to fetch: see docs/plugins.md.
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
  wideResnet50 as settings,
} from 'residua/toolkit';

const weights: WeightsFile = {
  file: 'wide-resnet50.safetensors',
  source: 'https://download.pytorch.org/models/wide_resnet50_2-95faca4d.pth (torchvision), converted to safetensors',
};

const [, layer2, layer3] = resnetChannels(settings) as [number, number, number];

/** `layer2` and `layer3` of torchvision's WideResNet-50-2, the backbone of the paper. */
export const wideResnet50 = defineFeatureExtractor({
  id: 'wide-resnet50',
  version: '1.0.0',
  apiVersion: 2,
  earlierDigests: ['81f5a3b0dbe0d4df8c12d9d202e3f4b34bdfe527d211707c856982b2239db747'],
  title: 'WideResNet-50-2',
  description: "The paper's backbone, trained on ImageNet: layer2 and layer3. Its weights must be fetched first.",
  reference: 'Zagoruyko and Komodakis 2016, Wide Residual Networks',
  params: z.strictObject({
    weights: modelFileParams
      .default({ file: weights.file })
      .describe('A safetensors file with the names of torchvision: in the models folder, or an address.'),
  }),
  sizeMultiple: 16,
  weights,
  layers: () => [
    { name: 'layer2', channels: layer2, stride: 8 },
    { name: 'layer3', channels: layer3, stride: 16 },
  ],
  load: async (params, context) => {
    const { name, bytes, sha256 } = await context.modelFile(params.weights);
    const tensors = checkWeights(decodeSafetensors(bytes, name).tensors, resnetParameterShapes(settings), name);
    const parameters = Object.fromEntries(
      Object.entries(tensors).map(([key, { data, shape }]) => [key, tf.tensor(data, [...shape])]),
    );
    return {
      weightsDigest: sha256,
      features: (images) =>
        tf.tidy(() => resnetLayers(normaliseColours(images, imagenetColours), parameters, settings).slice(1)),
      dispose: () => tf.dispose(parameters),
    };
  },
});
