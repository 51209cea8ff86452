import type { HostTensor } from '../../shared/compute.js';
import type { RandomSource } from '../../shared/random.js';

/** Features of so many places all over an image: one drawn from each of as many equal parts. @param features `[places, d]`. @returns `[count, d]`, row-major. */
export function spreadPlaces({ data, shape }: HostTensor, count: number, random: RandomSource): Float32Array {
  const [places, width] = shape as [number, number];
  const chosen = new Float32Array(count * width);
  for (let k = 0; k < count; k++) {
    const place = Math.floor(((k + random.uniform()) * places) / count);
    chosen.set((data as Float32Array).subarray(place * width, (place + 1) * width), k * width);
  }
  return chosen;
}
