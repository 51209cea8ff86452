import { tensorCount } from '../../compute/index.js';
import {
  imageTensor,
  RandomSource,
  tf,
  type FeatureExtractor,
  type FeatureParts,
  type ImageAugmentation,
  type LossFunction,
} from '../../plugin-api/index.js';
import { hostTensor, type Compute, type HostTensor } from '../../shared/compute.js';
import { ComputeFailure } from '../../shared/computeFailure.js';
import { problem, ProblemError, type Problem } from '../../shared/errors.js';
import type { RgbImage } from '../../shared/images.js';
import { nameOf, type NamedPlugin } from './pluginGuard.js';

const violation = ({ kind, id }: NamedPlugin, message: string): Problem => ({
  code: 'PLUGIN_CONTRACT_VIOLATION',
  message: `${nameOf({ kind, id })} ${message}`,
  item: id,
});

const nonFinite = (plugin: NamedPlugin, what: string, value: number): Problem => ({
  code: 'NON_FINITE_OUTPUT',
  message: `${nameOf(plugin)} gives ${value} ${what}, before the first step`,
  item: plugin.id,
});

const text = (dtype: string, shape: readonly number[]) => `${dtype} [${shape.join(', ')}]`;

/** Runs a feature extractor once on an image: shapes, types and values against what it declares. */
export async function probeExtractor(
  plugin: NamedPlugin,
  { featureExtractor: extractor, featureLayers: layers }: FeatureParts,
  { compute, image }: { compute: Compute; image: RgbImage },
): Promise<Problem[]> {
  const { width, height } = image;
  const tensorsBefore = tensorCount();
  const compiled = await compute.compile(
    'probe',
    (images) => mapsOf(plugin, extractor, images as tf.Tensor4D, layers.length),
    [{ shape: [1, height, width, 3] }],
  );
  try {
    const leaked = tensorCount() - tensorsBefore;
    const problems = layers.flatMap(({ name, channels, stride }, i) => {
      const declared = text('float32', [1, Math.ceil(height / stride), Math.ceil(width / stride), channels]);
      const { dtype, shape } = compiled.outputs[i]!;
      const found = text(dtype, shape);
      const message = `gives for an image of ${width} x ${height} the layer ${name} as ${found}; declared is ${declared}`;
      return found === declared ? [] : [violation(plugin, message)];
    });
    if (problems.length > 0) return problems;
    const maps = await compiled.run([imageTensor(image)]);
    return [
      ...leakProblems(plugin, leaked),
      ...maps.flatMap((map, i) => finite(plugin, map, `in layer ${layers[i]!.name}`)),
    ];
  } finally {
    await compiled.dispose();
  }
}

/** Anything else than the declared number of tensors would only show deep inside the tracer, or in ONNX Runtime. */
function mapsOf(plugin: NamedPlugin, extractor: FeatureExtractor, images: tf.Tensor4D, layers: number): tf.Tensor[] {
  const maps: unknown = extractor.features(images);
  const refused = (message: string) => new ProblemError([violation(plugin, message)]);
  if (!Array.isArray(maps) || !maps.every(isTensor)) {
    const kind = maps instanceof Promise ? 'a promise' : Array.isArray(maps) ? 'a list of something else' : typeof maps;
    throw refused(`returns ${kind}; declared is a list of tensors`);
  }
  if (maps.length !== layers) throw refused(`gives ${maps.length} layers; ${layers} are declared`);
  return maps;
}

const isTensor = (value: unknown): value is tf.Tensor => value instanceof tf.Tensor;

/** A call that keeps so many tensors can only be a mistake: constants are made when the plugin is loaded. */
const mostKept = 1000;

function leakProblems(plugin: NamedPlugin, kept: number): Problem[] {
  if (kept <= mostKept) return [];
  const message = `${nameOf(plugin)} keeps ${kept} tensors of one call; at most ${mostKept} may stay`;
  return [{ code: 'PLUGIN_LEAK', message, item: plugin.id }];
}

function finite(plugin: NamedPlugin, { data }: HostTensor, what: string): Problem[] {
  const at = data.findIndex((value) => !Number.isFinite(value));
  return at < 0 ? [] : [nonFinite(plugin, what, data[at]!)];
}

/** Labels of the probe: each of the four values a token can have. */
const probedLabels = Float32Array.of(0, 1, 0, 1, 0, 1, -1, -2);
const probedProbabilities = Float32Array.of(0.1, 0.2, 0.4, 0.5, 0.7, 0.9, 0.6, 0.3);
const isLabelled = (i: number) => probedLabels[i]! >= 0;

/** Runs a loss and its gradient once on a few tokens. */
export async function probeLoss(plugin: NamedPlugin, loss: LossFunction, compute: Compute): Promise<Problem[]> {
  const shape = [probedLabels.length];
  const value = await compute.compile(
    'probe',
    (p, labels) => [scalarOf(plugin, loss(p as tf.Tensor1D, labels as tf.Tensor1D))],
    [{ shape }, { shape }],
  );
  const inputs = [hostTensor(probedProbabilities, shape), hostTensor(probedLabels, shape)];
  const [result] = await value.run(inputs).finally(() => value.dispose());
  const problems = finite(plugin, result!, 'as the loss of tokens of every label');
  return problems.length > 0 ? problems : gradientProblems(plugin, loss, compute, inputs);
}

function scalarOf(plugin: NamedPlugin, found: unknown): tf.Tensor {
  if (isTensor(found) && found.rank === 0 && found.dtype === 'float32') return found;
  const what = isTensor(found) ? text(found.dtype, found.shape) : typeof found;
  throw problem('PLUGIN_CONTRACT_VIOLATION', `${nameOf(plugin)} returns ${what}; declared is a scalar, float32 []`, {
    item: plugin.id,
  });
}

async function gradientProblems(
  plugin: NamedPlugin,
  loss: LossFunction,
  compute: Compute,
  inputs: readonly HostTensor[],
): Promise<Problem[]> {
  let compiled;
  try {
    const gradient = (p: tf.Tensor, labels: tf.Tensor) => [
      tf.grad((x) => loss(x as tf.Tensor1D, labels as tf.Tensor1D))(p),
    ];
    compiled = await compute.compile('probe', (p, labels) => gradient(p, labels), inputs);
  } catch (error) {
    if (error instanceof ComputeFailure) throw error;
    if ((error as ProblemError).name === 'ProblemError' && (error as ProblemError).code !== 'PLUGIN_CRASHED')
      throw error;
    const [line] = (error as Error).message.split('\n', 1);
    return [violation(plugin, `cannot be differentiated by the probabilities: ${line}`)];
  }
  const [gradients] = await compiled.run(inputs).finally(() => compiled.dispose());
  const values = Array.from(gradients!.data);
  const bad = values.find((each) => !Number.isFinite(each));
  if (bad !== undefined) return [nonFinite(plugin, 'as its gradient', bad)];
  const problems: Problem[] = [];
  if (values.every((each, i) => !isLabelled(i) || each === 0)) {
    problems.push(violation(plugin, 'has no gradient on NORMAL and ANOMALOUS tokens: it would teach nothing'));
  }
  if (values.some((each, i) => !isLabelled(i) && each !== 0)) {
    problems.push(violation(plugin, 'has a gradient on UNKNOWN or IGNORED tokens; they must give none'));
  }
  return problems;
}

/** Runs an augmentation of images once. */
export function probeImageAugmentation(
  plugin: NamedPlugin,
  augmentation: ImageAugmentation,
  image: RgbImage,
): Problem[] {
  const { width, height } = image;
  const before = image.data.slice();
  const sample = augmentation.augment(image, [image], RandomSource.fromSeed(0));
  const problems: Problem[] = [];
  const expect = (name: 'image' | 'mask', length: number) => {
    const part = sample?.[name];
    const fits =
      part?.width === width && part.height === height && part.data instanceof Uint8Array && part.data.length === length;
    if (fits) return;
    const found = part ? `${part.width} x ${part.height} with ${part.data?.length} values` : 'nothing';
    problems.push(
      violation(
        plugin,
        `gives as ${name} ${found}; declared is ${width} x ${height} with ${length} values, Uint8Array`,
      ),
    );
  };
  expect('image', width * height * 3);
  expect('mask', width * height);
  if (!before.every((value, i) => value === image.data[i]))
    problems.push(violation(plugin, 'changes the image it is given'));
  return problems;
}
