import * as tf from '@tensorflow/tfjs-core';
import type { KernelConfig, Tensor, Tensor4D } from '@tensorflow/tfjs-core';

/** A call of a kernel. */
interface Call {
  inputs: Readonly<Record<string, Tensor>>;
  attrs: Readonly<Record<string, unknown>>;
}
type Run = (call: Call) => Tensor;
/** Does a call in another way. @param run the backend's own kernel. */
type Mending = (call: Call, run: Run) => Tensor;

/**
 * Mends the kernels of TensorFlow's backend where they refuse what TensorFlow.js promises, or give another type: paddings in numbers,
 * gathers by indices that another backend made, quotients rounded down. Once for a backend, after its registration.
 */
export function mendKernels(backendName: string): void {
  for (const [kernelName, mending] of Object.entries(mendings)) {
    const kernel = tf.getKernel(kernelName, backendName);
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({ ...kernel, kernelName, backendName, kernelFunc: mended(kernel.kernelFunc, mending) });
  }
}

function mended(kernelFunc: KernelConfig['kernelFunc'], mending: Mending): KernelConfig['kernelFunc'] {
  return ({ inputs, attrs, backend }) => {
    const run: Run = (call) => kernelFunc({ ...call, backend } as Parameters<typeof kernelFunc>[0]) as Tensor;
    return tf.tidy(() => mending({ inputs: inputs as Call['inputs'], attrs: { ...attrs } }, run));
  };
}

/** Rows and columns around an image. */
type Border = readonly [top: number, bottom: number, left: number, right: number];

/** The padding of a call, where it is numbers; undefined for `same`, `valid` and 0. */
function borderOf({ pad }: Call['attrs']): Border | undefined {
  const border: Border | undefined = Array.isArray(pad)
    ? ([...(pad as number[][])[1]!, ...(pad as number[][])[2]!] as unknown as Border)
    : typeof pad === 'number'
      ? [pad, pad, pad, pad]
      : undefined;
  return border?.some((size) => size > 0) ? border : undefined;
}

const around = (x: Tensor, [top, bottom, left, right]: Border, value = 0) =>
  tf.pad4d(x as Tensor4D, [[0, 0], [top, bottom], [left, right], [0, 0]], value); // prettier-ignore

/** What of a padded image lies inside its border. */
function inside(padded: Tensor, [top, bottom, left, right]: Border): Tensor {
  const [images, rows, columns, channels] = padded.shape as [number, number, number, number];
  const size: [number, number, number, number] = [images, rows - top - bottom, columns - left - right, channels];
  return tf.slice4d(padded as Tensor4D, [0, top, left, 0], size);
}

/** A kernel that reads an image: it is given one with its border, and no padding. @param name of that input. */
const reading =
  (name: string, value = 0): Mending =>
  ({ inputs, attrs }, run) => {
    const border = borderOf(attrs);
    if (!border) return run({ inputs, attrs });
    return run({
      inputs: { ...inputs, [name]: around(inputs[name]!, border, value) },
      attrs: { ...attrs, pad: 'valid' },
    });
  };

/** A gradient towards an image: that towards the padded one, without its border. */
const towardsImage =
  (read: Mending): Mending =>
  (call, run) => {
    const border = borderOf(call.attrs);
    return border ? inside(asTensor(read(call, run)), border) : read(call, run);
  };

/** A gradient towards an image of which only the shape is known. */
const towardsShape = towardsImage(({ inputs, attrs }, run) => {
  const border = borderOf(attrs);
  if (!border) return run({ inputs, attrs });
  const [top, bottom, left, right] = border;
  const [images, rows, columns, channels] = attrs['inputShape'] as number[];
  const inputShape = [images, rows! + top + bottom, columns! + left + right, channels];
  return run({ inputs, attrs: { ...attrs, inputShape, pad: 'valid' } });
});

/** The share of each window that lies inside the image: what is outside does not count in a mean. */
function shareInside(image: Tensor, { filterSize, strides, ...attrs }: Call['attrs']): Tensor {
  const [, rows, columns] = image.shape as [number, number, number];
  const ones = around(tf.ones([1, rows, columns, 1]), borderOf(attrs)!);
  return tf.avgPool(ones, filterSize as number, strides as number, 'valid');
}

const mean: Mending = (call, run) => {
  const sum = reading('x')(call, run);
  return borderOf(call.attrs) ? tf.div(asTensor(sum), shareInside(call.inputs['x']!, call.attrs)) : sum;
};

const meanGradient = towardsImage(({ inputs, attrs }, run) => {
  const read = reading('input');
  if (!borderOf(attrs)) return read({ inputs, attrs }, run);
  return read({ inputs: { ...inputs, dy: tf.div(inputs['dy']!, shareInside(inputs['input']!, attrs)) }, attrs }, run);
});

/** Kernels give what is needed to make a tensor. */
const asTensor = (result: Tensor) => tf.engine().makeTensorFromTensorInfo(result);

const mendings: Readonly<Record<string, Mending>> = {
  Conv2D: reading('x'),
  Conv2DBackpropFilter: reading('x'),
  Conv2DBackpropInput: towardsShape,
  DepthwiseConv2dNative: reading('x'),
  DepthwiseConv2dNativeBackpropFilter: reading('x'),
  DepthwiseConv2dNativeBackpropInput: towardsShape,
  MaxPool: reading('x', -Infinity),
  MaxPoolGrad: towardsImage(reading('input', -Infinity)),
  AvgPool: mean,
  AvgPoolGrad: meanGradient,
  // It looks for the indices in its own memory only; a copy is there.
  GatherV2: ({ inputs, attrs }, run) => run({ inputs: { ...inputs, indices: tf.clone(inputs['indices']!) }, attrs }),
  FloorDiv: (call, run) => tf.cast(asTensor(run(call)), 'int32'),
};
