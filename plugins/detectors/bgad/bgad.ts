/**
 * BGAD: Yao, Li, Zhang, Sun, Zhang 2023, "Explicit boundary guided semi-push-pull contrastive learning for supervised anomaly
 * detection". Flows learn how likely the features of normal places are; a low quantile of that is the boundary, to which the normal
 * places below it are pulled and from which the few labelled anomalous ones are pushed away.
 *
 * Beside the paper: real defects are pasted by a recipe of our own, the anomalous places of a step are drawn from all there are, and
 * without labels the defects of augmentations may stand for them.
 */
import { defineDetector, hostTensor, tf, type DetectorState, type TrainingContext } from 'residua/plugin-api';
import { flowStages, highestLikelihoods, predictByFlows, prepareFlows, stateGraph, trainFlows } from 'residua/toolkit';
import { bgadParams, bgadPresets, bgadProblems, bgadUses, type BgadParams, type BgadUses } from './bgadParams.js';
import { boundaryLosses } from './boundaries.js';
import { anomalousLabels, labelledPlaces } from './labelledPlaces.js';

async function train(context: TrainingContext<BgadParams, BgadUses>): Promise<DetectorState> {
  const { params, steps } = context;
  const labels = await anomalousLabels(context);
  const flows = await prepareFlows(context);
  const { normal, anomalous } = await labelledPlaces(context, flows, labels);
  // The last rows of a step are anomalous, in layers that have such places.
  const normalRows = anomalous.map(
    (places) => params.placesPerStep - (places.length > 0 ? params.anomalousPlacesPerStep : 0),
  );
  const pushes = hostTensor(new Float32Array(1), []);
  const trained = await trainFlows({
    ...{ context, flows, parts: ['likelihood', 'normal', 'anomalous'] },
    place: (level, row) => {
      if (row >= normalRows[level]!) return steps.random.pick(anomalous[level]!);
      const { image, places } = steps.random.pick(normal[level]!);
      return { image, place: steps.random.pick(places) };
    },
    inputs: (step) => {
      pushes.data[0] = step < params.likelihoodShare * params.steps ? 0 : 1;
      return [pushes];
    },
    loss: (likelihoods, [push]) => lossParts(likelihoods, normalRows, push as tf.Scalar, params),
  });
  const highest = await highestLikelihoods(context, flows, trained);
  return { tensors: { ...flows.features, ...trained, ...highest }, metadata: {} };
}

/**
 * The losses of all layers, added up.
 * @param normalRows how many of a layer's places are normal; the rest behind them is anomalous.
 * @param push 1 where boundaries count, 0 where likelihoods alone are learnt, without weights.
 */
export function lossParts(
  likelihoods: readonly tf.Tensor1D[],
  normalRows: readonly number[],
  push: tf.Scalar,
  { boundaryWeight, ...params }: BgadParams,
): Record<'likelihood' | 'normal' | 'anomalous', tf.Scalar> {
  const layers = likelihoods.map((each, level) => {
    const rows = normalRows[level]!;
    const normal = tf.slice(each, [0], [rows]);
    const anomalous = rows < each.shape[0] ? tf.slice(each, [rows], [each.shape[0] - rows]) : undefined;
    const alone = boundaryLosses(normal, undefined, { ...params, focal: false }).likelihood;
    const { likelihood, ...pulls } = boundaryLosses(normal, anomalous, params);
    const weighed = (loss: tf.Scalar) => tf.mul<tf.Scalar>(loss, tf.mul(push, boundaryWeight));
    return {
      likelihood: tf.add<tf.Scalar>(tf.mul(alone, tf.sub(1, push)), tf.mul(likelihood, push)),
      normal: weighed(pulls.normal),
      anomalous: weighed(pulls.anomalous),
    };
  });
  const sum = (part: keyof (typeof layers)[number]) => tf.addN(layers.map((each) => each[part]));
  return { likelihood: sum('likelihood'), normal: sum('normal'), anomalous: sum('anomalous') };
}

/** Flows with a boundary that labelled defects are kept below. */
export const bgad = defineDetector({
  id: 'bgad',
  version: '1.0.0',
  apiVersion: 2,
  title: 'BGAD',
  description:
    'Learns how likely normal features are and keeps the few labelled defects below a boundary. Learns from masks or blocks; works without.',
  reference:
    'Yao et al. 2023, Explicit Boundary Guided Semi-Push-Pull Contrastive Learning for Supervised Anomaly Detection',
  params: bgadParams,
  supervisions: ['SUPERVISED', 'UNSUPERVISED'],
  uses: bgadUses,
  continues: false,
  memoryParams: ['placesPerStep', 'pooledImages', 'channels'],
  presets: bgadPresets,
  stages: () => [flowStages[0]!, { name: 'defects', weight: 3 }, ...flowStages.slice(1)],
  blockLabels: ({ params, featureLayers }) => ({ ...params, side: featureLayers[0]!.stride }),
  check: bgadProblems,
  train,
  predictionGraph: (state, context) =>
    stateGraph(state, { predict: (image, tensors) => predictByFlows(image, tensors, context) }),
});
