/** Sizes of a ResNet of bottleneck blocks (He et al. 2016; wide: Zagoruyko and Komodakis 2016), without its classifier. */
export interface ResnetSettings {
  /** Channels after the stem: 64 in every published network. */
  basePlanes: number;
  /** Blocks of layer1, layer2, … */
  blocks: readonly number[];
  /** Width of the 3x3 convolutions: planes * widthPerGroup / 64. */
  widthPerGroup: number;
}

/** WideResNet-50-2. */
export const wideResnet50: ResnetSettings = { basePlanes: 64, blocks: [3, 4, 6, 3], widthPerGroup: 128 };

/** A network that ends behind its first `layers` layers. */
export function resnetUpTo(settings: ResnetSettings, layers: number): ResnetSettings {
  return { ...settings, blocks: settings.blocks.slice(0, layers) };
}

/** Output channels of a block over its planes. */
const expansion = 4;

/** Channels of layer1, layer2, … */
export function resnetChannels({ basePlanes, blocks }: ResnetSettings): number[] {
  return blocks.map((_, layer) => basePlanes * 2 ** layer * expansion);
}

/** Every parameter's shape by torchvision's name, convolutions `[out, in, kh, kw]`. */
export function resnetParameterShapes(settings: ResnetSettings): Record<string, readonly number[]> {
  const { basePlanes, blocks, widthPerGroup } = settings;
  const shapes: Record<string, readonly number[]> = {};
  const convolution = (name: string, normalisation: string, shape: [number, number, number, number]) => {
    shapes[`${name}.weight`] = shape;
    for (const part of ['weight', 'bias', 'running_mean', 'running_var']) {
      shapes[`${normalisation}.${part}`] = [shape[0]];
    }
  };
  convolution('conv1', 'bn1', [basePlanes, 3, 7, 7]);
  let inputs = basePlanes;
  blocks.forEach((count, layer) => {
    const planes = basePlanes * 2 ** layer;
    const width = Math.floor((planes * widthPerGroup) / 64);
    const outputs = planes * expansion;
    for (let block = 0; block < count; block++) {
      const at = `layer${layer + 1}.${block}`;
      convolution(`${at}.conv1`, `${at}.bn1`, [width, inputs, 1, 1]);
      convolution(`${at}.conv2`, `${at}.bn2`, [width, width, 3, 3]);
      convolution(`${at}.conv3`, `${at}.bn3`, [outputs, width, 1, 1]);
      if (block === 0) convolution(`${at}.downsample.0`, `${at}.downsample.1`, [outputs, inputs, 1, 1]);
      inputs = outputs;
    }
  });
  return shapes;
}
