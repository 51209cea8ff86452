/**
 * DRA: Ding, Pang, Shen 2022, "Catching both gray and black swans: open-set supervised anomaly detection". Small heads on shared
 * features say how normal the whole image is, how like the labelled anomalies, how like pseudo anomalies, and how unlike normal
 * images; their sum is the score.
 *
 * Beside the paper: the backbone stays as it is, and an adaptor is trained on its features; pseudo anomalies come from the
 * augmentations that are chosen; reference images are normal ones throughout; the map is the sum of what the heads say of places.
 */
import {
  defineDetector,
  tf,
  type DetectorState,
  type HostTensor,
  type PredictedTensors,
  type PredictionContext,
  type TrainingContext,
} from 'residua/plugin-api';
import {
  adam,
  adaptFeatures,
  byBatchStatistics,
  byStoredStatistics,
  evenDrops,
  filled,
  initialAdaptor,
  measureNormalisation,
  postprocess,
  stateGraph,
  trainSteps,
  transformChannels,
  type FeatureMaps,
  type NamedTensors,
  type Normalise,
} from 'residua/toolkit';
import { draParams, draPresets, draProblems, draUses, type DraParams, type DraUses } from './draParams.js';
import { anomalyScores, headScores, initialHeads, judge, judgeBesideReferences, placeHeads } from './heads.js';
import { headLosses, sampleKinds } from './loss.js';
import { draSamples, featureChannels, scaledFeatures, type DraSamples } from './samples.js';

type Training = TrainingContext<DraParams, DraUses>;

/** Most length of all gradients together, as in the original implementation. */
const clipNorm = 1;
/** Batches over which the normalisations are measured. */
const measuredBatches = 8;

const referenceName = (scale: number) => `reference.${scale}`;

/** Adaptor and heads at every scale, with the references first in each batch. */
function judgements(parameters: NamedTensors, maps: readonly tf.Tensor[], references: number, normalise: Normalise) {
  return maps.map((map) => {
    const adapted = adaptFeatures(parameters, map as tf.Tensor4D, normalise);
    return judgeBesideReferences(parameters, adapted, references, normalise);
  });
}

/** Batches: features of references and images at each scale, kinds of the images, reference scores. */
function draBatches(samples: DraSamples, { params, steps: { random } }: Training) {
  const kinds = (Object.keys(sampleKinds) as (keyof typeof sampleKinds)[]).filter((kind) => samples[kind].length > 0);
  const drawnKinds = kinds.flatMap((kind) => Array<typeof kind>(params.imagesPerStep).fill(kind));
  const { references } = samples;
  const maps = samples.normal[0]!.map(({ shape }) =>
    filled([references.length + drawnKinds.length, ...shape.slice(1)], 0),
  );
  const labels = filled([drawnKinds.length], 0);
  labels.data.set(drawnKinds.map((kind) => sampleKinds[kind]));
  const reference = filled([params.references], 0);
  const put = (image: FeatureMaps, at: number) =>
    image.forEach(({ data }, scale) => maps[scale]!.data.set(data, at * data.length));
  references.forEach(put);
  const inputs = [...maps, labels, reference];
  const batch = () => {
    drawnKinds.forEach((kind, i) => put(random.pick(samples[kind]), references.length + i));
    for (let i = 0; i < reference.data.length; i++) reference.data[i] = random.normal();
    return inputs;
  };
  return { inputs, batch };
}

async function train(context: Training): Promise<DetectorState> {
  const { params, steps, compute, featureLayers, supervision } = context;
  const samples = await draSamples(context);
  const inputChannels = featureChannels(featureLayers, params.layer);
  const shape = { channels: params.adaptorWidth || inputChannels, hidden: params.hidden };
  const seen = supervision === 'SUPERVISED';
  const initial = steps.random.fork();
  const { inputs, batch } = draBatches(samples, context);
  const count = samples.references.length;
  const learningRate = evenDrops(params.learningRate, params.steps, params.learningRateDrops);
  const trained = await trainSteps({
    ...{ compute, steps, inputs, batch, totalSteps: params.steps, averageDecay: params.emaDecay },
    parameters: { ...initialAdaptor(inputChannels, params, initial), ...initialHeads({ ...shape, seen }, initial) },
    turns: [
      {
        parts: ['holistic', ...placeHeads.filter((head) => seen || head !== 'seen')],
        groups: [{ optimiser: adam({ learningRate, weightDecay: params.weightDecay }) }],
        clipNorm,
        prepare: (given) => (current) => {
          const [kinds, reference] = given.slice(-2) as [tf.Tensor1D, tf.Tensor1D];
          const judged = judgements(current, given.slice(0, -2), count, byBatchStatistics);
          return headLosses(headScores(judged, params.topShare), kinds, reference, params.margin);
        },
      },
    ],
  });
  const statistics = await measureNormalisation({
    ...{ compute, steps, parameters: trained, inputs: inputs.slice(0, -2), batches: measuredBatches },
    batch: () => batch().slice(0, -2),
    forward: (current, maps, normalise) => judgements(current, maps, count, normalise),
  });
  const tensors = { ...trained, ...statistics, ...samples.measured };
  return { tensors: { ...tensors, ...(await adaptedReferences(context, tensors, samples.references)) }, metadata: {} };
}

/** Mean of the adapted reference images at each scale, `reference.<scale>` `[1, h, w, c]`. */
async function adaptedReferences(
  { compute }: Pick<Training, 'compute'>,
  tensors: Readonly<Record<string, HostTensor>>,
  references: readonly FeatureMaps[],
): Promise<Record<string, HostTensor>> {
  const names = Object.keys(tensors).filter((name) => name.startsWith('adaptor.'));
  const scales = references[0]!.map((_, scale) => references.map((image) => image[scale]!));
  const inputs = [...names.map((name) => tensors[name]!), ...scales.flat()];
  const compiled = await compute.compile(
    'references',
    (...given) => {
      const parameters = Object.fromEntries(given.splice(0, names.length).map((tensor, i) => [names[i]!, tensor]));
      return scales.map((images) => {
        const joined = tf.concat(given.splice(0, images.length) as tf.Tensor4D[]);
        return tf.mean(adaptFeatures(parameters, joined, byStoredStatistics), 0, true);
      });
    },
    inputs,
  );
  const found = await compiled.run(inputs).finally(() => compiled.dispose());
  return Object.fromEntries(found.map((tensor, scale) => [referenceName(scale), tensor]));
}

/** Image to anomaly map, the sum of what the heads say of places, and score. */
function predict(
  image: tf.Tensor4D,
  tensors: NamedTensors,
  context: PredictionContext<DraParams, DraUses>,
): PredictedTensors {
  const { params, settings } = context;
  const { imageSize, smoothingSigma } = settings;
  const maps = transformChannels(params.transform, tensors, scaledFeatures(image, context, params));
  const judged = maps.map((map, scale) => {
    const features = adaptFeatures(tensors, map, byStoredStatistics);
    return judge(tensors, { features, reference: tensors[referenceName(scale)] as tf.Tensor4D }, byStoredStatistics);
  });
  const places = judged.map((judgement, scale) => {
    const sum = tf.addN(Object.values(judgement.places));
    const [, rows, columns] = maps[scale]!.shape;
    return postprocess(tf.reshape(sum, [1, rows, columns]), imageSize, imageSize, 0);
  });
  const anomalyMap = postprocess(tf.div(tf.addN(places), places.length), imageSize, imageSize, smoothingSigma);
  return { anomalyMap, anomalyScore: anomalyScores(headScores(judged, params.topShare)) };
}

/** DRA: heads for labelled anomalies, for pseudo anomalies, for differences to normal images and for the image as a whole. */
export const dra = defineDetector({
  id: 'dra',
  version: '1.0.0',
  apiVersion: 2,
  title: 'DRA',
  description:
    'Heads learn how labelled anomalies look, how pseudo anomalies do, and how images differ from normal ones. A few image labels are enough; it works without them.',
  reference: 'Ding et al. 2022, Catching both gray and black swans: open-set supervised anomaly detection',
  params: draParams,
  supervisions: ['SUPERVISED', 'UNSUPERVISED'],
  uses: draUses,
  continues: false,
  memoryParams: ['imagesPerStep', 'pooledImages', 'adaptorWidth'],
  stages: ({ params: { steps } }) => [
    { name: 'feature-extraction', weight: 60 },
    { name: 'synthetic-defects', weight: 60 },
    { name: 'training', weight: 3 * steps },
    { name: 'normalisation', weight: measuredBatches },
  ],
  presets: draPresets,
  check: draProblems,
  train,
  predictionGraph: (state, context) =>
    stateGraph(state, { predict: (image, tensors) => predict(image, tensors, context) }),
});
