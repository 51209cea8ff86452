/**
 * DeSTSeg: Zhang et al. 2023, "DeSTSeg: Segmentation Guided Denoising Student-Teacher for Anomaly Detection". A student sees images with
 * synthetic defects and learns to give its teacher's features of the images without them; a segmentation network learns where the
 * two disagree as they do on defects.
 *
 * Beside the paper: the teacher is any feature extractor, and the student has heads to its channels; synthetic defects are drawn
 * once, into a pool. Labelled images join the pool of the segmentation, where there are any.
 */
import {
  defineDetector,
  type tf,
  type DetectorChoices,
  type DetectorState,
  type PredictedTensors,
  type PredictionContext,
  type Problem,
  type TrainingContext,
} from 'residua/plugin-api';
import {
  byStoredStatistics,
  featurePyramid,
  imagenetColours,
  meanOfHighest,
  normaliseColours,
  postprocess,
  pyramidLevels,
  pyramidProblems,
  stateGraph,
  TrainingStages,
  transformChannels,
  type NamedTensors,
} from 'residua/toolkit';
import { params, presets, uses, type Params, type Uses } from './params.js';
import { samplePool } from './samplePool.js';
import { disagreement, segment, segmentationOf, type Segmentation } from './segmentation.js';
import { distanceProduct, distances, studentMaps, studentOf, studentWidths, type Student } from './student.js';
import { trainSegmentation, trainStudent } from './trainNetworks.js';

/** Highest values of a map whose mean is the score (section 3.4). */
const highest = 100;
/** Batches over which normalisations are measured. */
const measuredBatches = 8;

/** Both networks. */
interface Networks {
  student: Student;
  segmentation: Segmentation;
}

function networksOf(
  { featureLayers, settings: { imageSize }, params: chosen }: PredictionContext<Params, Uses>,
  rectified: readonly boolean[],
): Networks {
  const levels = pyramidLevels(featureLayers, imageSize);
  const widths = studentWidths(levels, imageSize, chosen.studentWidth);
  const inputs = levels.reduce((sum, { channels }) => sum + channels, 0);
  return {
    student: studentOf(levels, imageSize, { widths, blocks: chosen.studentBlocks, rectified }),
    segmentation: segmentationOf(inputs, chosen.headWidth, levels[0]!.side),
  };
}

function check(choices: DetectorChoices<Params, Uses>): Problem[] {
  const { params: chosen, augmentations } = choices;
  const most = Math.max(chosen.imagesPerStep, chosen.headImagesPerStep);
  const pool: Problem = {
    code: 'CONFIG_INVALID',
    message: `pooledImages is ${chosen.pooledImages}: a step takes ${most} of them`,
    field: ['detector', 'params', 'pooledImages'],
    item: 'pooledImages',
  };
  const defects: Problem = {
    code: 'CONFIG_INVALID',
    message:
      'detector destseg learns from synthetic defects: it needs an augmentation of images, such as synthetic-defect',
    field: ['augmentations'],
    item: 'destseg',
  };
  return [
    ...pyramidProblems(choices, 'destseg', { layers: 1 }),
    ...(chosen.pooledImages >= most ? [] : [pool]),
    ...(augmentations.image > 0 ? [] : [defects]),
  ];
}

async function train(context: TrainingContext<Params, Uses>): Promise<DetectorState> {
  const pool = await samplePool(context);
  const { student, segmentation } = networksOf(context, pool.rectified);
  const stages = new TrainingStages(context.steps);
  const taught = await stages.run('student', (steps) => trainStudent({ ...context, steps }, pool, student));
  const segmented = await stages.run('segmentation', (steps) =>
    trainSegmentation({ ...context, steps }, pool, student, taught, segmentation),
  );
  return { tensors: { ...taught, ...segmented, ...pool.measured }, metadata: { rectified: pool.rectified } };
}

/** Image to anomaly map, the probability of each place, and the mean of its highest values (section 3.4). */
function predict(
  image: tf.Tensor4D,
  tensors: NamedTensors,
  { student, segmentation }: Networks,
  { params: chosen, settings, featureExtractor, featureLayers }: PredictionContext<Params, Uses>,
): PredictedTensors {
  const { imageSize, smoothingSigma } = settings;
  const maps = featurePyramid(image, featureExtractor, pyramidLevels(featureLayers, imageSize));
  const teacher = transformChannels(chosen.transform, tensors, maps);
  const given = studentMaps(tensors, student, normaliseColours(image, imagenetColours), byStoredStatistics);
  const places =
    chosen.map === 'student'
      ? distanceProduct(distances(teacher, given))
      : segment(tensors, segmentation, disagreement(teacher, given), byStoredStatistics);
  return {
    anomalyMap: postprocess(places, imageSize, imageSize, smoothingSigma),
    anomalyScore: meanOfHighest(postprocess(places, imageSize, imageSize, 0), highest),
  };
}

/** DeSTSeg: a student that has learned to see no defects, and a segmentation of where it differs from its teacher. */
export const destseg = defineDetector({
  id: 'destseg',
  version: '1.0.0',
  apiVersion: 2,
  title: 'DeSTSeg',
  description:
    'A student learns to overlook synthetic defects, a segmentation where its teacher does not. Needs no labels, and reads masks and blocks.',
  reference: 'Zhang et al. 2023, DeSTSeg: Segmentation Guided Denoising Student-Teacher for Anomaly Detection',
  params,
  supervisions: ['UNSUPERVISED', 'SUPERVISED'],
  uses,
  continues: false,
  memoryParams: ['headImagesPerStep', 'imagesPerStep', 'pooledImages', 'headWidth'],
  presets,
  stages: ({ params: { steps, headSteps, pooledImages } }) => [
    { name: 'feature-extraction', weight: pooledImages / 4 },
    { name: 'student', weight: 3 * steps },
    { name: 'student-normalisation', weight: measuredBatches },
    { name: 'segmentation', weight: 3 * headSteps },
    { name: 'normalisation', weight: measuredBatches },
  ],
  blockLabels: ({ params: chosen, featureLayers, supervision }) =>
    supervision === 'SUPERVISED' ? { ...chosen, side: featureLayers[0]!.stride } : undefined,
  check,
  train,
  predictionGraph: (state, context) => {
    const networks = networksOf(context, state.metadata['rectified'] as boolean[]);
    return stateGraph(state, {
      predict: (image, tensors) => predict(image, tensors, networks, context),
      ...(context.params.map === 'student' && {
        beside: Object.keys(state.tensors).filter((name) => name.startsWith('segmentation.')),
      }),
    });
  },
});
