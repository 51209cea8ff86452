import type { DetectorPreset } from 'residua/plugin-api';

/** What the two sizes of a method's presets for ordinary processors have in common: everything that is not of their size. */
type Shared<Params> = Omit<DetectorPreset<Params>, 'name' | 'description' | 'settings' | 'params'>;
/** What the method says of one size. */
type OneSize<Params> = Pick<DetectorPreset<Params>, 'description' | 'params'>;

/**
 * A method's `cpu-small` and `cpu-medium`: images of 256 and of 384 pixels a side, maps smoothed with sigma 4.
 * @param shared of both: supervision and plugins; `params` are laid below those of either.
 */
export function cpuPresets<Params>(
  { params, ...shared }: Shared<Params> & { params?: Partial<Params> },
  small: OneSize<Params>,
  medium: OneSize<Params>,
): DetectorPreset<Params>[] {
  const both = { ...shared, params };
  return [cpuPreset(both, 'cpu-small', 256, small), cpuPreset(both, 'cpu-medium', 384, medium)];
}

/** A preset of another size than {@link cpuPresets} has. */
export function cpuPreset<Params>(
  { params, ...shared }: Shared<Params> & { params?: Partial<Params> | undefined },
  name: string,
  imageSize: number,
  of: OneSize<Params>,
): DetectorPreset<Params> {
  return {
    ...{ ...shared, name, description: of.description, settings: { imageSize, smoothingSigma: 4 } },
    params: { ...params, ...of.params },
  };
}

/** Features of a backbone that ordinary processors can bear. */
export const cpuFeatures = { featureExtractor: { id: 'mobilenet-v3' } } as const;

const fineLayers = ['expanded_conv_3', 'expanded_conv_6', 'expanded_conv_12'];
/** The same with a layer of stride 4, which has a memory bank of its own. */
export const fineCpuFeatures = { featureExtractor: { id: 'mobilenet-v3', params: { layers: fineLayers } } };
/** ... of large images, seen in tiles of the size that the backbone does best with. */
export const tiledCpuFeatures = {
  featureExtractor: { id: 'mobilenet-v3', params: { layers: fineLayers, tiles: { size: 256, overlap: 64 } } },
};
