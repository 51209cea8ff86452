import { tf, type HostTensor, type TrainingContext } from 'residua/plugin-api';
import {
  adamW,
  byBatchStatistics,
  byStoredStatistics,
  imagenetColours,
  measureNormalisation,
  normaliseColours,
  sgd,
  tensorBatches,
  trainNetwork,
  type Optimiser,
} from 'residua/toolkit';
import type { Params, Uses } from './params.js';
import type { DefectiveSample, SamplePool } from './samplePool.js';
import { disagreement, initialSegmentation, segment, segmentationLosses, type Segmentation } from './segmentation.js';
import { initialStudent, studentLoss, studentMaps, type Student } from './student.js';

type Context = TrainingContext<Params, Uses>;
type Tensors = Record<string, HostTensor>;

/** As PyTorch's SGD, where it is chosen (section 4.1). */
const momentum = 0.9;

function optimiserOf({ optimiser, weightDecay }: Params, learningRate: number): Optimiser {
  return optimiser === 'sgd' ? sgd({ learningRate, momentum, weightDecay }) : adamW({ learningRate, weightDecay });
}

/** The first training (section 3.2): the student sees defects and shall give what the teacher sees without them. */
export async function trainStudent(context: Context, { synthetic }: SamplePool, student: Student): Promise<Tensors> {
  const { params, steps, compute } = context;
  const parameters = initialStudent(student, steps.random.fork());
  const entries = synthetic.map(({ image, clean }) => [image, ...clean]);
  const { inputs, batch } = tensorBatches(entries, params.imagesPerStep, steps.random);
  const colours = (images: tf.Tensor) => normaliseColours(images as tf.Tensor4D, imagenetColours);
  const trained = await trainNetwork({
    ...{ compute, steps, parameters, inputs, batch, stage: 'student' },
    totalSteps: params.steps,
    averageDecay: params.emaDecay,
    groups: [{ optimiser: optimiserOf(params, params.learningRate) }],
    loss: (current, [images, ...clean]) =>
      studentLoss(clean as tf.Tensor4D[], studentMaps(current, student, colours(images!), byBatchStatistics)),
  });
  const statistics = await measureNormalisation({
    ...{ compute, steps, parameters: trained, inputs: inputs.slice(0, 1), stage: 'student-normalisation' },
    batch: () => batch().slice(0, 1),
    forward: (current, [images], normalise) => studentMaps(current, student, colours(images!), normalise),
  });
  return { ...trained, ...statistics };
}

/** The second training (section 3.3), with the student as it is. */
export async function trainSegmentation(
  context: Context,
  { synthetic, real }: SamplePool,
  student: Student,
  taught: Tensors,
  segmentation: Segmentation,
): Promise<Tensors> {
  const { params, steps, compute } = context;
  const parameters = initialSegmentation(segmentation, steps.random.fork());
  const seen = await disagreements(context, student, taught, [...synthetic, ...real]);
  const entries = [...seen.slice(0, synthetic.length), ...repeated(seen.slice(synthetic.length), synthetic.length / 2)];
  const { inputs, batch } = tensorBatches(entries, params.headImagesPerStep, steps.random);
  const trained = await trainNetwork({
    ...{ compute, steps, parameters, inputs, batch, stage: 'segmentation' },
    totalSteps: params.headSteps,
    averageDecay: params.emaDecay,
    groups: segmentationGroups(params),
    loss: (current, [x, labels]) => {
      const probabilities = segment(current, segmentation, x as tf.Tensor4D, byBatchStatistics);
      const { focal, absolute } = segmentationLosses(probabilities, labels as tf.Tensor3D);
      return tf.add(focal, absolute);
    },
  });
  const statistics = await measureNormalisation({
    ...{ compute, steps, parameters: trained, inputs: inputs.slice(0, 1) },
    batch: () => batch().slice(0, 1),
    forward: (current, [x], normalise) => segment(current, segmentation, x as tf.Tensor4D, normalise),
  });
  return { ...trained, ...statistics };
}

/** With the paper's optimiser a tenth of the rate behind the residual blocks. */
function segmentationGroups(params: Params) {
  const { optimiser, headLearningRate } = params;
  const rest = optimiser === 'sgd' ? headLearningRate / 10 : headLearningRate;
  return [
    {
      covers: (name: string) => name.startsWith('segmentation.res.'),
      optimiser: optimiserOf(params, headLearningRate),
    },
    { optimiser: optimiserOf(params, rest) },
  ];
}

/** What the segmentation sees of each sample, and its labels. */
async function disagreements(
  { compute, steps, settings: { imageSize } }: Context,
  student: Student,
  taught: Tensors,
  samples: readonly DefectiveSample[],
): Promise<HostTensor[][]> {
  const names = Object.keys(taught);
  const maps = samples[0]!.maps.map(({ shape }) => ({ shape }));
  const compiled = await compute.compile(
    'student',
    (image, ...tensors) => {
      const teacher = tensors.splice(0, maps.length) as tf.Tensor4D[];
      const parameters = Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
      const images = normaliseColours(image as tf.Tensor4D, imagenetColours);
      return [disagreement(teacher, studentMaps(parameters, student, images, byStoredStatistics))];
    },
    [{ shape: [1, imageSize, imageSize, 3] }, ...maps, ...Object.values(taught)],
  );
  const found: HostTensor[][] = [];
  try {
    for (const sample of samples) {
      steps.signal.throwIfAborted();
      const [seen] = await compiled.run([sample.image, ...sample.maps, ...Object.values(taught)]);
      found.push([seen!, sample.labels]);
    }
  } finally {
    await compiled.dispose();
  }
  return found;
}

/** A few labelled images as often as makes about so many of them. */
function repeated<T>(items: readonly T[], wanted: number): T[] {
  const times = items.length === 0 ? 0 : Math.max(1, Math.round(wanted / items.length));
  return Array.from({ length: times }, () => items).flat();
}
