/**
 * SemiREST: Li, Wu, Chen, Wang, Shen 2023, "Efficient Anomaly Detection with Budget Annotation Using Semi-Supervised Residual
 * Transformer". Residuals to a memory bank of normal features, judged by a Swin Transformer over sliding windows.
 *
 * Settings beyond the paper (see `semirestParams.ts`) are off in their defaults and on in the presets that say so.
 */
import {
  defineDetector,
  hostTensor,
  problem,
  tf,
  type DetectorChoices,
  type DetectorState,
  type HostTensor,
  type PredictedTensors,
  type PredictionContext,
  type Problem,
  type TrainingContext,
} from 'residua/plugin-api';
import {
  bag,
  bankGraph,
  createNeighbourSearch,
  featureGrid,
  imageScores,
  initialSwinParameters,
  joinFeatures,
  mapScores,
  matchedLogits,
  matchImage,
  meanResidual,
  memoryBankProblems,
  memoryBankState,
  nearestNeighbours,
  networkMismatches,
  normaliseResiduals,
  positionConstrainedFeatures,
  postprocess,
  quantile,
  relabelled,
  residuals,
  swinEmbedding,
  tokenChannels,
  tokenPartition,
  trainMemoryBank,
  trainOnWindows,
  trainingSamples,
  windowGrid,
  windowProblems,
  type BankTensors,
  type MatchedImage,
  type MemoryBank,
  type NamedTensors,
  type TrainingSamples,
  type WindowGrid,
  type WindowTrainingContext,
} from 'residua/toolkit';
import { semirestParams, type SemirestParams as Params } from './semirestParams.js';
import { residualDropout } from '../augmentations/residual-dropout.js';
import { focal } from '../losses/focal.js';

/** Windows over the tokens of the scaled image. */
function tokenGrid({
  settings,
  featureLayers,
}: Pick<PredictionContext<Params>, 'settings' | 'featureLayers'>): WindowGrid {
  const tokens = featureGrid(settings, featureLayers) / settings.tokenPatchSize;
  const step = settings.bagging ? settings.windowStep : settings.windowSize;
  return windowGrid(tokens, tokens, settings.windowSize, step);
}

function check(choices: DetectorChoices<Params>): Problem[] {
  return [
    ...memoryBankProblems(choices),
    ...windowProblems(choices),
    ...networkMismatches(choices),
    ...inputMismatches(choices),
    ...unfairOffset(choices),
  ];
}

/** Parameters that say what the network sees and what its logits are added to. */
const inputParams = ['hyperColumn', 'residualScale', 'residualInput', 'distancePrior'] as const;

/** A network goes on with the inputs it was trained with; features may join residuals, but not go. */
function inputMismatches({ params, startFrom }: DetectorChoices<Params>): Problem[] {
  if (!startFrom) return [];
  const before = startFrom.params;
  const lost = before.featureInput > 0 && params.featureInput === 0 ? (['featureInput'] as const) : [];
  return [...inputParams.filter((name) => params[name] !== before[name]), ...lost].map((name) => ({
    code: 'MODEL_SHAPE_MISMATCH',
    message: `${name} is ${params[name]}, but the model version to continue from was trained with ${before[name]}`,
    field: ['detector', 'params', name],
    item: name,
  }));
}

/** Distances of tokens that meet themselves in the memory bank are none of new images. */
function unfairOffset({ params: { tokenFalsePositiveRate, leaveOwnImageOut } }: DetectorChoices<Params>): Problem[] {
  if (tokenFalsePositiveRate === 0 || leaveOwnImageOut) return [];
  const name = 'tokenFalsePositiveRate';
  const message = `${name} is ${tokenFalsePositiveRate}: it needs leaveOwnImageOut, since tokens that meet themselves in the memory bank have distances that no new image has`;
  return [{ code: 'CONFIG_INVALID', message, field: ['detector', 'params', name], item: name }];
}

async function train(context: TrainingContext<Params>): Promise<DetectorState> {
  const { params, random, loss } = context;
  if (!loss) throw problem('CONFIG_INVALID', 'detector semirest needs a loss', { field: ['loss'] });
  const { bank, features, stage } = await trainMemoryBank(context);
  const grid = tokenGrid(context);
  const neighbours = Math.max(1, ...context.residualAugmentations.map((augmentation) => augmentation.neighbours));
  const search = createNeighbourSearch(context.compute, bank.vectors, { neighbours, directions: bank.directions });
  const samples = await trainingSamples(
    { ...context, stage, grid, features, random: random.fork() },
    (map, labels, source) => matchImage(search, bank, map, labels, params.leaveOwnImageOut ? source : undefined),
  ).finally(() => Promise.all([search.dispose(), stage.dispose()]));
  const residualScale = normalScale(samples, bank, context);
  const windows: WindowTrainingContext = {
    ...context,
    loss,
    samples,
    grid,
    neighbours,
    bank: bank.vectors,
    residualScale,
    parameters: context.startFrom ? widened(swinParameters(context.startFrom.tensors), context) : newSwin(context),
    scoring: params,
    boxTightness: params.boxTightness,
    mixMatch: params.mixMatch ? mixMatchOptions(params) : undefined,
    anomalousWindowsFirst: params.anomalousWindowsFirst,
    random: random.fork(),
  };
  // A checkpoint of the training itself holds what came of the pre-training.
  const pretrained = context.startFrom ?? context.resumeFrom?.metadata['phase'] === 'training';
  const fromScratch = context.supervision === 'SEMI_SUPERVISED' && !pretrained && params.pretraining.steps > 0;
  const parameters = fromScratch ? await pretrain(windows, context) : windows.parameters;
  const trained = await trainOnWindows({ ...windows, parameters });
  const network = { [scaleName]: residualScale, ...swinTensors(trained) };
  if (params.tokenFalsePositiveRate > 0) await offsetLogit(network, samples.normal, bank, context);
  const { tensors, metadata } = memoryBankState(bank, context.normalImages);
  return { tensors: { ...tensors, ...network }, metadata };
}

/** Moves the last bias until the false positive rate among the tokens of normal images is as asked for. */
async function offsetLogit(
  network: Record<string, HostTensor>,
  images: readonly MatchedImage[],
  bank: MemoryBank,
  context: TrainingContext<Params>,
): Promise<void> {
  const { params, settings, featureLayers, log, report } = context;
  const names = Object.keys(network);
  const side = featureGrid(settings, featureLayers);
  const logits = await matchedLogits({
    ...context,
    images,
    inputs: [bank.vectors, ...Object.values(network)],
    probabilities: (features, rows, ...given) => {
      const [vectors, ...tensors] = given as [tf.Tensor2D, ...tf.Tensor[]];
      const named = Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
      return tokenMap(tf.reshape(features, [1, side, side, -1]), rows, vectors, named, context);
    },
    onProgress: (step, totalSteps) => report({ phase: 'logit-offset', step, totalSteps }),
  });
  const logit = quantile(logits.length, (i) => logits[i]!, 1 - params.tokenFalsePositiveRate);
  const bias = `${swinPrefix}head.bias`;
  const [normal, anomalous] = network[bias]!.data as Float32Array;
  network[bias] = hostTensor(Float32Array.of(normal!, anomalous! - logit), [2]);
  log.info(`logit of the anomaly probability moved by ${(-logit).toFixed(2)}`);
}

/** The unsupervised training that a semi-supervised one starts from (section 3.3): of residuals alone. */
async function pretrain(windows: WindowTrainingContext, context: TrainingContext<Params>) {
  const params = { ...context.params, featureInput: 0 };
  const { focal: ownLoss, dropout, ...own } = params.pretraining;
  const settings = { ...windows.settings, ...own };
  const synthetic = relabelled(windows.samples.synthetic, windows.grid, settings);
  const parameters = await trainOnWindows({
    ...windows,
    settings,
    loss: ownLoss ? focal.create(ownLoss) : windows.loss,
    residualAugmentations: [...windows.residualAugmentations, ...(dropout ? [residualDropout.create(dropout)] : [])],
    scoring: params,
    parameters: newSwin({ ...context, params }),
    supervision: 'UNSUPERVISED',
    samples: { normal: windows.samples.normal, synthetic, anomalous: [] },
    phase: 'pre-training',
  });
  return widened(parameters, context);
}

/** A network that knows residuals alone, ready to see features as well: they weigh nothing at first. */
function widened(
  parameters: Readonly<Record<string, HostTensor>>,
  context: TrainingContext<Params>,
): Record<string, HostTensor> {
  const embedding = parameters[swinEmbedding]!;
  const [rows, before] = embedding.shape as [number, number];
  const after = inputDimension(context);
  if (before === after) return { ...parameters };
  const data = new Float32Array(rows * after);
  for (let row = 0; row < rows; row++) data.set(embedding.data.subarray(row * before, (row + 1) * before), row * after);
  return { ...parameters, [swinEmbedding]: hostTensor(data, [rows, after]) };
}

function inputDimension({ settings, params }: TrainingContext<Params>): number {
  return tokenChannels(settings.featureDimension * settings.tokenPatchSize ** 2, params);
}

function mixMatchOptions({ mixUpBeta: beta, boxLabelledAlpha, unlabelledAlpha, mixMatchGamma: gamma }: Params) {
  return {
    beta,
    labelled: { alpha: boxLabelledAlpha, gamma },
    unlabelled: { alpha: unlabelledAlpha, gamma },
  };
}

/** A network to start with; with a distance prior its last layer is zero, so that the prior alone speaks at first. */
function newSwin(context: TrainingContext<Params>): Record<string, HostTensor> {
  const { settings, params, random } = context;
  const { swinDimension: dimension, swinHeads: heads, swinWindow: window, swinBlocks: blocks } = settings;
  const sizes = { inputDimension: inputDimension(context), dimension, heads, window, blocks };
  const parameters = initialSwinParameters(sizes, random.fork(), params.mlpInitialGain);
  if (params.distancePrior > 0) parameters['head.weight']!.data.fill(0);
  return parameters;
}

/** What residuals are divided by, `[1]` or one for each channel of a token. */
function normalScale(
  samples: TrainingSamples,
  bank: MemoryBank,
  { params, settings }: TrainingContext<Params>,
): HostTensor {
  if (params.residualScale === 'none') return hostTensor(Float32Array.of(1), [1]);
  const perChannel = params.residualScale === 'channel-mean';
  const scale = meanResidual(samples.normal, bank, settings.residual === 'ABSOLUTE', perChannel);
  const repeats = perChannel ? settings.tokenPatchSize ** 2 : 1;
  const repeated = Float32Array.from({ length: scale.length * repeats }, (_, i) => scale[i % scale.length]!);
  return hostTensor(repeated, [repeated.length]);
}

const swinPrefix = 'swin.';
const scaleName = 'residual-scale';

/** The Swin's tensors among those of a state, by their names inside the network. */
function swinParameters<T>(tensors: Readonly<Record<string, T>>): Record<string, T> {
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(swinPrefix));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(swinPrefix.length), value]));
}

/** The network's tensors as a state holds them. */
function swinTensors(parameters: Readonly<Record<string, HostTensor>>): Record<string, HostTensor> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [`${swinPrefix}${name}`, value]));
}

/**
 * Anomaly probability of every token: residuals, windows, bagging (Eq. 5 to 10).
 * @param features f^, `[1, h_f, w_f, d_f]`.
 * @param rows of the memory bank nearest to them, `[h_f * w_f]`.
 * @returns `[1, h_t, w_t]`.
 */
function tokenMap(
  features: tf.Tensor4D,
  rows: tf.Tensor1D,
  bank: tf.Tensor2D,
  tensors: NamedTensors,
  context: Pick<PredictionContext<Params>, 'params' | 'settings' | 'featureLayers'>,
): tf.Tensor3D {
  const { params, settings } = context;
  const grid = tokenGrid(context);
  const queries = tf.reshape<tf.Rank.R2>(features, [-1, settings.featureDimension]);
  const residual = residuals(queries, tf.gather(bank, rows), settings.residual);
  const tokens = tokenPartition(tf.reshape(residual, features.shape), settings.tokenPatchSize);
  const normalised = normaliseResiduals(tokens, tensors[scaleName] as tf.Tensor1D);
  const joined = joinFeatures(normalised, features, bank, params, settings.tokenPatchSize);
  return bag(mapScores(swinParameters(tensors), joined, grid, params), grid);
}

/** Image to anomaly map and image score: Fig. 2 as a tensor function. */
function predictionFunction(
  image: tf.Tensor4D,
  { vectors: bank, penalty, directions }: BankTensors,
  tensors: NamedTensors,
  context: PredictionContext<Params>,
): PredictedTensors {
  const { params, settings, featureExtractor } = context;
  const features = positionConstrainedFeatures(image, featureExtractor, settings, params.hyperColumn);
  const queries = tf.reshape<tf.Rank.R2>(features, [-1, settings.featureDimension]);
  const { indices, squaredDistances } = nearestNeighbours(queries, bank, penalty, 1, { directions });
  const rows = tf.reshape<tf.Rank.R1>(indices, [-1]);
  const scores = tokenMap(features, rows, bank, tensors, context);
  const anomalyMap = postprocess(scores, settings.imageSize, settings.imageSize, settings.smoothingSigma);
  const distances = tf.reshape<tf.Rank.R1>(tf.sqrt(squaredDistances), [-1]);
  return { anomalyMap, anomalyScore: imageScores(anomalyMap), nearest: { rows, distances } };
}

export const semirest = defineDetector({
  id: 'semirest',
  version: '1.6.0',
  apiVersion: 1,
  title: 'SemiREST',
  description: 'Residuals to a memory bank of normal features, judged by a Swin Transformer over sliding windows.',
  reference:
    'Li et al. 2023, Efficient Anomaly Detection with Budget Annotation Using Semi-Supervised Residual Transformer',
  params: semirestParams,
  supervisions: ['UNSUPERVISED', 'SUPERVISED', 'SEMI_SUPERVISED'],
  usesLoss: true,
  usesAugmentations: true,
  check,
  train,
  predictionGraph: (state, context) =>
    bankGraph(state, (image, bank, tensors) => predictionFunction(image, bank, tensors, context)),
});
