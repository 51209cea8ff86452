import type { DetectorPreset } from 'residua/plugin-api';
import { cpuFeatures } from './cpuPresets.js';

const settings = { imageSize: 256, smoothingSigma: 4 };
const cpu = { ...cpuFeatures, supervision: 'UNSUPERVISED', settings } as const;

/**
 * Presets of methods that are reverse distillation, or that and something more.
 * @param medium parameters of `cpu-medium`, beside its wider networks.
 * @param paper parameters of `paper`, beside the networks of RD, and what it calls its learning rate or rates.
 */
export function reversePresets<Params>(
  medium: Partial<Params>,
  { rates = 'rates', params }: { rates?: 'rate' | 'rates'; params: Partial<Params> },
): DetectorPreset<Params>[] {
  return [
    {
      ...cpu,
      name: 'cpu-small',
      description: 'About two minutes on two processor cores: 256 x 256 pixels, MobileNetV3 as the teacher.',
      params: {},
    },
    {
      ...cpu,
      name: 'cpu-medium',
      description: 'As cpu-small with wider networks and more steps.',
      params: { width: 96, embedding: 384, embeddingBlocks: 2, decoderBlocks: [2], ...medium, emaDecay: 0.99 },
    },
    {
      name: 'paper',
      description: `The paper's teacher, networks and ${rates}, with steps for some two hundred images; needs a GPU.`,
      supervision: 'UNSUPERVISED',
      settings,
      params: {
        ...{ block: 'bottleneck', width: 0, embedding: 2048, embeddingBlocks: 3, decoderBlocks: [3, 4, 6] },
        ...{ ...params, emaDecay: 0 },
      },
      featureExtractor: { id: 'wide-resnet50', params: { layers: ['layer1', 'layer2', 'layer3'] } },
    },
  ];
}
