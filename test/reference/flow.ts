import { hostTensor, type HostTensor } from '../../src/shared/compute.js';

type Parameters = Readonly<Record<string, HostTensor>>;

/** The features that a flow of coupling blocks made `z` of, block by block from the last, in double precision. */
export function inverseFlow(parameters: Parameters, name: string, z: HostTensor, condition: HostTensor): HostTensor {
  const [n, channels] = z.shape as [number, number];
  const blocks = Object.keys(parameters).filter((key) => key.endsWith('.scale')).length;
  const width = condition.shape[1]!;
  const rows = Array.from({ length: n }, (_, i) => {
    let x = [...z.data.subarray(i * channels, (i + 1) * channels)];
    const where = [...condition.data.subarray(i * width, (i + 1) * width)];
    for (let block = blocks - 1; block >= 0; block--) x = inverseBlock(parameters, `${name}.${block}`, x, where);
    return x;
  });
  return hostTensor(Float32Array.from(rows.flat()), [n, channels]);
}

function inverseBlock(parameters: Parameters, name: string, y: number[], condition: number[]): number[] {
  const channels = y.length;
  const { rotation, order } = { rotation: parameters[`${name}.rotation`], order: parameters[`${name}.order`] };
  // y = W (g x + o): the inverse of a rotation is its transpose.
  const turned = y.map((_, i) =>
    rotation
      ? y.reduce((sum, value, j) => sum + rotation.data[j * channels + i]! * value, 0)
      : y[order!.data.indexOf(i)]!,
  );
  const scales = parameters[`${name}.scale`]!.data;
  const x = turned.map(
    (value, i) => (value - parameters[`${name}.offset`]!.data[i]!) / (0.2 * Math.log1p(Math.exp(scales[i]! / 2))),
  );
  const second = Math.floor(channels / 2);
  const [x1, x2] = [x.slice(0, channels - second), x.slice(channels - second)];
  const hidden = product(parameters, `${name}.hidden`, [...x1, ...condition]).map((value) => Math.max(0, value));
  const said = product(parameters, `${name}.output`, hidden).map((value) => 0.1 * value);
  return [...x1, ...x2.map((value, i) => (value - said[second + i]!) / Math.exp(1.9 * Math.tanh(said[i]! / 1.9)))];
}

function product(parameters: Parameters, name: string, x: number[]): number[] {
  const weight = parameters[`${name}.weight`]!.data;
  return [...parameters[`${name}.bias`]!.data].map((bias, row) =>
    x.reduce((sum, value, i) => sum + weight[row * x.length + i]! * value, bias),
  );
}
