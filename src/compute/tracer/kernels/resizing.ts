import type { ResizeBilinearAttrs } from '@tensorflow/tfjs-core';
import type { GraphBuilder, Value } from '../graph.js';
import { withAttributes, type KernelTable } from '../kernel.js';
import { channelsFirst, channelsLast } from './convolution.js';
import { takeAlong } from './shapes.js';

type Shape4 = [number, number, number, number];
type Alignment = Pick<ResizeBilinearAttrs, 'alignCorners' | 'halfPixelCenters'>;
/** Weights of the input's pixels in each output pixel along one axis. */
type Weights = readonly (readonly { from: number; weight: number }[])[];

function step(full: number, size: number, { alignCorners }: Alignment): number {
  return alignCorners && size > 1 ? (full - 1) / (size - 1) : full / size;
}

function bilinearWeights(full: number, size: number, alignment: Alignment): Weights {
  return Array.from({ length: size }, (_, i) => {
    const scale = step(full, size, alignment);
    const place = Math.max(0, alignment.halfPixelCenters ? scale * (i + 0.5) - 0.5 : scale * i);
    const lower = Math.min(Math.floor(place), full - 1);
    const fraction = place - lower;
    return [
      { from: lower, weight: 1 - fraction },
      { from: Math.min(lower + 1, full - 1), weight: fraction },
    ];
  });
}

function nearestPlaces(full: number, size: number, alignment: Alignment): number[] {
  return Array.from({ length: size }, (_, i) => {
    const scale = step(full, size, alignment);
    const place = alignment.halfPixelCenters ? scale * (i + 0.5) : scale * i;
    return Math.min(full - 1, alignment.alignCorners ? Math.round(place) : Math.floor(place));
  });
}

function transposedMatrix(g: GraphBuilder, weights: Weights, full: number): Value {
  const matrix = new Float32Array(full * weights.length);
  weights.forEach((row, to) => row.forEach(({ from, weight }) => (matrix[from * weights.length + to]! += weight)));
  return g.constant(matrix, [full, weights.length], 'float32');
}

/** Resizing is linear, R x C^t along rows and columns; its gradient is R^t dy C. Exact for every alignment. */
function resizeGradient(g: GraphBuilder, dy: Value, images: Value, rows: Weights, columns: Weights): Value {
  const [batch, height, width, channels] = images.shape as Shape4;
  const dyWidth = dy.shape[2]!;
  const flat = g.reshape(dy, [batch, rows.length, dyWidth * channels]);
  const tall = g.node(
    'MatMul',
    [transposedMatrix(g, rows, height), flat],
    [batch, height, dyWidth * channels],
    'float32',
  );
  const lines = g.reshape(tall, [batch * height, dyWidth, channels]);
  const result = g.node(
    'MatMul',
    [transposedMatrix(g, columns, width), lines],
    [batch * height, width, channels],
    'float32',
  );
  return g.reshape(result, images.shape);
}

const resizeBilinear = withAttributes<ResizeBilinearAttrs>((g, { images }, { size, ...alignment }) => {
  const [batch, , , channels] = images.shape as Shape4;
  const shape = [batch, channels, ...size];
  const data = channelsFirst(g, g.cast(images, 'float32'));
  const mode = alignment.alignCorners ? 'align_corners' : alignment.halfPixelCenters ? 'half_pixel' : 'asymmetric';
  const attributes = { mode: 'linear', coordinate_transformation_mode: mode };
  return channelsLast(g, g.node('Resize', [data, undefined, undefined, g.int64s(shape)], shape, 'float32', attributes));
});

const asWeights = (places: readonly number[]): Weights => places.map((from) => [{ from, weight: 1 }]);

/** Changes of an image's size, and their gradients. */
export const resizingKernels: KernelTable = {
  ResizeBilinear: resizeBilinear,
  ResizeBilinearGrad: withAttributes<ResizeBilinearAttrs>((g, { dy, images }, alignment) => {
    const weights = (axis: 1 | 2) => bilinearWeights(images.shape[axis]!, dy.shape[axis]!, alignment);
    return resizeGradient(g, dy, images, weights(1), weights(2));
  }),
  ResizeNearestNeighbor: withAttributes<ResizeBilinearAttrs>((g, { images }, { size, ...alignment }) =>
    size.reduce((x, to, i) => {
      const places = nearestPlaces(images.shape[i + 1]!, to, alignment);
      return takeAlong(g, x, i + 1, places);
    }, images),
  ),
  ResizeNearestNeighborGrad: withAttributes<ResizeBilinearAttrs>((g, { dy, images }, alignment) => {
    const weights = (axis: 1 | 2) => asWeights(nearestPlaces(images.shape[axis]!, dy.shape[axis]!, alignment));
    return resizeGradient(g, dy, images, weights(1), weights(2));
  }),
};
