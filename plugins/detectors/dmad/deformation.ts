import { tf, type HostTensor, type RandomSource } from 'residua/plugin-api';
import {
  convolution,
  convolutionParameters,
  gridSample,
  heNormal,
  normalisationParameters,
  uniformByFanIn,
  type NamedTensors,
  type Normalise,
} from 'residua/toolkit';

/** Channels that tell a convolution where it is. */
const coordinateChannels = 4;
/** Blocks of the coarse coordinate, over the places of a side. */
const placesOfBlock = 4;

/** Halvings of the coarse field's grid, and of the fine one's. */
const halvings = { coarse: 3, fine: 1 } as const;
type Scale = keyof typeof halvings;
/** Longest component of each field, in halves of the image: 8 and 3 pixels of 256 (section 3.2). */
const limits = { coarse: 16 / 256, fine: 6 / 256 } as const;
const scales = ['coarse', 'fine'] as const;
const directions = ['forward', 'inverse'] as const;
type Direction = (typeof directions)[number];

/** Deformation fields `[n, h, w, 2]`: x and y in halves of the image, for each scale and direction. */
export type Fields = Readonly<Record<Direction, Readonly<Record<Scale, tf.Tensor4D>>>>;

const headName = (direction: Direction, scale: Scale, step: number | 'last') =>
  `deformation.${direction}.${scale}.${step}`;

/** Of the multi-scale deformation network. @param inputs channels of what is warped. @param width channels inside. */
export function initialDeformation(inputs: number, width: number, random: RandomSource): Record<string, HostTensor> {
  const parameters: Record<string, HostTensor> = {};
  const add = (name: string, from: number, to: number, kernel: 1 | 3, bias: boolean) =>
    Object.assign(
      parameters,
      convolutionParameters(name, { inputs: from, outputs: to, kernel, bias }, heNormal, random),
    );
  const normalise = (name: string) => Object.assign(parameters, normalisationParameters(name, width));
  add('deformation.stem.0', inputs + coordinateChannels, width, 3, false);
  add('deformation.stem.1', width + coordinateChannels, width, 3, false);
  add('deformation.residual.0', width, width, 3, true);
  add('deformation.residual.1', width, width, 1, true);
  for (const name of ['stem.0', 'stem.1', 'residual.0', 'residual']) normalise(`deformation.${name}.normalisation`);
  for (const direction of directions) {
    for (const scale of scales) {
      for (let step = 0; step < halvings[scale]; step++) {
        add(headName(direction, scale, step), step === 0 ? 2 * width : width, width, 3, true);
        normalise(`${headName(direction, scale, step)}.normalisation`);
      }
      const last = { inputs: width, outputs: 2 };
      Object.assign(
        parameters,
        convolutionParameters(headName(direction, scale, 'last'), last, uniformByFanIn, random),
      );
    }
  }
  return parameters;
}

/**
 * A map with four more channels: how far a row, and a column, is from the place of its block, and where that is; each 2 x - 1.
 * @param x `[n, h, w, c]`.
 */
export function withCoordinates(x: tf.Tensor4D): tf.Tensor4D {
  const [n, rows, columns] = x.shape;
  const [down, across] = [axisCoordinates(rows), axisCoordinates(columns)];
  const data = new Float32Array(n * rows * columns * coordinateChannels);
  for (let i = 0; i < n * rows * columns; i++) {
    const [row, column] = [Math.floor(i / columns) % rows, i % columns];
    data.set([...down[row]!, ...across[column]!], i * coordinateChannels);
  }
  return tf.concat([x, tf.tensor4d(data, [n, rows, columns, coordinateChannels])], 3);
}

/** Remainder and block of each place of an axis. */
function axisCoordinates(places: number): [number, number][] {
  const blocks = Math.max(1, Math.floor(places / placesOfBlock));
  const share = (i: number, of: number) => (of > 1 ? i / (of - 1) : 0);
  return Array.from({ length: places }, (_, i) => {
    const block = share(Math.floor((i * blocks) / places), blocks);
    return [2 * (share(i, places) - block) - 1, 2 * block - 1];
  });
}

/**
 * The fields that bring a map towards normal ones, and those that bring it back (section 3.2).
 * @param x `[n, h, w, c]`.
 */
export function deformationFields(parameters: NamedTensors, x: tf.Tensor4D, normalise: Normalise): Fields {
  const [, rows, columns] = x.shape;
  const step = (name: string, input: tf.Tensor4D, stride: 1 | 2) =>
    tf.relu(normalise(parameters, `${name}.normalisation`, convolution(parameters, name, input, { stride })));
  const stem = ['deformation.stem.0', 'deformation.stem.1'].reduce(
    (input, name) => step(name, withCoordinates(input), 1),
    x,
  );
  const inner = step('deformation.residual.0', tf.relu(stem), 1);
  const residual = tf.add<tf.Tensor4D>(stem, convolution(parameters, 'deformation.residual.1', inner));
  const seen = tf.concat([normalise(parameters, 'deformation.residual.normalisation', residual), stem], 3);
  const field = (direction: Direction, scale: Scale): tf.Tensor4D => {
    let input: tf.Tensor4D = seen;
    for (let i = 0; i < halvings[scale]; i++) input = step(headName(direction, scale, i), input, 2);
    const last = convolution(parameters, headName(direction, scale, 'last'), input);
    return fieldOfSize(tf.mul(tf.tanh(last), limits[scale]), rows, columns);
  };
  const both = (direction: Direction) => ({ coarse: field(direction, 'coarse'), fine: field(direction, 'fine') });
  return { forward: both('forward'), inverse: both('inverse') };
}

/** A field for another grid: the corners of both lie on each other. */
export function fieldOfSize(field: tf.Tensor4D, rows: number, columns: number): tf.Tensor4D {
  if (field.shape[1] === rows && field.shape[2] === columns) return field;
  return tf.image.resizeBilinear(field, [rows, columns], true);
}

/** Where each place of a warped map is read, `[n, h, w, 2]`, within -1..1. */
export function readingGrid(field: tf.Tensor4D): tf.Tensor4D {
  const [n, rows, columns] = field.shape;
  const at = (i: number, of: number) => (of > 1 ? (2 * i) / (of - 1) - 1 : 0);
  const data = new Float32Array(2 * n * rows * columns);
  for (let i = 0; i < n * rows * columns; i++) {
    data[2 * i] = at(i % columns, columns);
    data[2 * i + 1] = at(Math.floor(i / columns) % rows, rows);
  }
  return tf.clipByValue(tf.add<tf.Tensor4D>(tf.tensor4d(data, [n, rows, columns, 2]), field), -1, 1);
}

/** A map read along a field, which is scaled to its grid. */
export function warped(map: tf.Tensor4D, field: tf.Tensor4D): tf.Tensor4D {
  return gridSample(map, readingGrid(fieldOfSize(field, map.shape[1], map.shape[2])));
}

/** Towards normal: first along the coarse field, then along the fine one. */
export function deformed(map: tf.Tensor4D, { forward }: Fields): tf.Tensor4D {
  return warped(warped(map, forward.coarse), forward.fine);
}

/** Back: along the inverse fields in the other order. */
export function restored(map: tf.Tensor4D, { inverse }: Fields): tf.Tensor4D {
  return warped(warped(map, inverse.fine), inverse.coarse);
}

/** Lengths of a field's vectors, `[n, h, w]`. */
export function lengths(field: tf.Tensor4D): tf.Tensor3D {
  // A length of 0 has no gradient of its own.
  return tf.sqrt(tf.add(tf.sum<tf.Tensor3D>(tf.square(field), 3), 1e-12));
}

/** How much the image had to be deformed, as seen in the image itself, `[n, h, w]` (section 3.4). */
export function deformationMap({ inverse }: Fields): tf.Tensor3D {
  const fine = warped(tf.expandDims<tf.Tensor4D>(lengths(inverse.fine), 3), inverse.coarse);
  return tf.add<tf.Tensor3D>(tf.squeeze<tf.Tensor3D>(fine, [3]), lengths(inverse.coarse));
}

/**
 * What deformations cost (section 3.2): the forward fields shall be short, all of them smooth, and the inverse ones shall bring the map
 * back.
 * @param scale what the squared error is taken over, as a scalar.
 */
export function deformationLoss(map: tf.Tensor4D, fields: Fields, scale: tf.Scalar | number = 1): tf.Scalar {
  const { forward, inverse } = fields;
  const all = [forward.coarse, forward.fine, inverse.coarse, inverse.fine];
  const back = restored(deformed(map, fields), fields);
  return tf.addN([
    tf.mean<tf.Scalar>(lengths(forward.coarse)),
    tf.mean<tf.Scalar>(lengths(forward.fine)),
    ...all.map(roughness),
    tf.div<tf.Scalar>(tf.mean(tf.squaredDifference(back, map)), scale),
  ]);
}

/** How far each vector is from the mean of the eight around it, zeros around the field; both components together. */
function roughness(field: tf.Tensor4D): tf.Scalar {
  const filter = Array.from({ length: 9 }, (_, i) => (i === 4 ? 1 : -1 / 8)).flatMap((value) => [value, value]);
  return tf.mean<tf.Scalar>(tf.abs(tf.conv2d(field, tf.tensor4d(filter, [3, 3, 2, 1]), 1, 1)));
}
