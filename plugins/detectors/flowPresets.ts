import type { DetectorPreset } from 'residua/plugin-api';
import { cpuFeatures, cpuPresets } from './cpuPresets.js';

/** What a method of flows says of its presets. */
interface FlowPresets<Params> {
  supervision: DetectorPreset<Params>['supervision'];
  /** How long `cpu-small` takes, e.g. `About a minute`. */
  takes: string;
  /** The backbone of `paper`, with what it stands for. */
  paperBackbone: string;
  /** Layers of `wide-resnet50`. */
  paperLayers: readonly string[];
  /** Parameters of `paper`, beside the size of its flows. */
  paper: Partial<Params>;
}

/** Presets of the methods that learn likelihoods by flows: `cpu-small`, `cpu-medium` and `paper`. */
export function flowPresets<Params>({
  supervision,
  takes,
  paperBackbone,
  paperLayers,
  paper,
}: FlowPresets<Params>): DetectorPreset<Params>[] {
  const small: Partial<Params> = {};
  const larger = { channels: 192, blocks: 6, condition: 64, steps: 1500, learningRate: 1e-3 };
  const published = { transform: 'none', channels: 2048, blocks: 8, condition: 128, map: 'probability' };
  return [
    ...cpuPresets<Params>(
      { ...cpuFeatures, supervision },
      { description: `${takes} on two processor cores: 256 x 256 pixels, MobileNetV3.`, params: small },
      {
        description: 'As cpu-small with 384 x 384 pixels, larger flows and more steps.',
        params: { ...small, ...larger },
      },
    ),
    {
      name: 'paper',
      description: `The paper's flows, rates and map on three layers of ${paperBackbone}; needs a GPU to be quick.`,
      supervision,
      settings: { imageSize: 256, smoothingSigma: 0 },
      params: { ...published, learningRate: 2e-4, ...paper },
      featureExtractor: { id: 'wide-resnet50', params: { layers: [...paperLayers] } },
    },
  ];
}
