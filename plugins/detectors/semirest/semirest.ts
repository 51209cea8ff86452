/**
 * SemiREST: Li, Wu, Chen, Wang, Shen 2023, "Efficient Anomaly Detection with Budget Annotation Using Semi-Supervised Residual
 * Transformer". Residuals to a memory bank of normal features, judged by a Swin Transformer over sliding windows.
 *
 * Parameters beyond the paper (see `semirestParams.ts`) are off in their defaults and on in the presets that say so.
 */
import {
  defineDetector,
  hostTensor,
  type DetectorState,
  type HostTensor,
  type StageChoices,
  type TrainingContext,
  type TrainingStage,
} from 'residua/plugin-api';
import {
  bankGraph,
  createNeighbourSearch,
  fineFactor,
  finePrefix,
  fitBankParams,
  memoryBankStages,
  memoryBankState,
  trainMemoryBank,
  TrainingStages,
  whiteningStage,
  type MemoryBank,
  type TrainedMemoryBank,
} from 'residua/toolkit';
import { matchImage, meanResidual } from './window-training/imageMatcher.js';
import type { MatchedFeatures } from './window-training/matchedImage.js';
import { trainOnWindows, type WindowTrainingContext } from './window-training/trainOnWindows.js';
import { trainingSamples, type TrainingSamples } from './window-training/trainingSamples.js';
import { check } from './checks.js';
import { choiceIn, choiceTensors, crossValidated, crossValidates, crossValidationStage } from './crossValidation.js';
import { networkParameters, networkTensors, newNetwork, widened } from './network.js';
import { predict, tokenGrid, withOffsetLogit } from './prediction.js';
import { pretrain } from './pretraining.js';
import { finerGrid, type WindowGrid } from './windows/windowStarts.js';
import { semirestPresets } from './semirestPresets.js';
import { semirestParams, semirestUses, type SemirestParams as Params, type SemirestUses } from './semirestParams.js';

async function train(context: TrainingContext<Params, SemirestUses>): Promise<DetectorState> {
  const { params, steps, loss } = context;
  const trainedBank = await trainMemoryBank(context);
  const { bank, fine } = trainedBank;
  const factor = fineFactor(context);
  const grid = finerGrid(tokenGrid(context), factor);
  const neighbours = Math.max(1, ...context.residualAugmentations.map((augmentation) => augmentation.neighbours));
  const samples = await matchedSamples({ ...context, grid }, trainedBank, neighbours);
  const residualScale = normalScale(samples.normal, bank, context);
  const fineScale =
    fine &&
    normalScale(
      samples.normal.map((image) => image.fine!),
      fine.bank,
      context,
    );
  const windows: WindowTrainingContext = {
    ...context,
    loss,
    samples,
    grid,
    neighbours,
    bank: bank.vectors,
    residualScale,
    fine: fine && { bank: fine.bank.vectors, residualScale: fineScale!, factor },
    parameters: context.startFrom
      ? widened(networkParameters(context.startFrom.tensors), context)
      : newNetwork(context),
    steps: { ...steps, random: steps.random.fork() },
  };
  const inTurn = new TrainingStages(windows.steps);
  const fromScratch = context.supervision === 'SEMI_SUPERVISED' && !context.startFrom && params.pretraining.steps > 0;
  const parameters = fromScratch
    ? await inTurn.run('pre-training', (own) => pretrain({ ...windows, steps: own }, context))
    : windows.parameters;
  const compared = crossValidates(context)
    ? await inTurn.run(crossValidationStage, async (own) =>
        choiceTensors(await crossValidated({ ...windows, parameters, steps: own }, trainedBank, context), params),
      )
    : {};
  const chosen = { ...params, ...choiceIn(compared, params) };
  const trained = await inTurn.run('training', (own) =>
    trainOnWindows({ ...windows, params: chosen, parameters, steps: own }),
  );
  const network = networkTensors(trained, { scale: residualScale, fineScale });
  const offset = params.tokenFalsePositiveRate > 0;
  const final = offset ? await withOffsetLogit(network, samples.normal, trainedBank, context) : network;
  const { tensors, metadata } = memoryBankState(trainedBank, context.normalImages);
  return { tensors: { ...tensors, ...final }, metadata };
}

/** {@link trainingSamples}, of the fine layers as well; then the stages are done. */
async function matchedSamples(
  context: TrainingContext<Params, SemirestUses> & { grid: WindowGrid },
  { bank, features, stage, fine, dispose }: TrainedMemoryBank,
  neighbours: number,
): Promise<TrainingSamples> {
  const { compute, steps, params } = context;
  const search = createNeighbourSearch(compute, bank.vectors, { neighbours, directions: bank.directions });
  const fineSearch =
    fine && createNeighbourSearch(compute, fine.bank.vectors, { neighbours: 1, directions: fine.bank.directions });
  const own = { ...context, stage, features, steps: { ...steps, random: steps.random.fork() } };
  return trainingSamples(own, async (map, image, source) => {
    const leftOut = params.leaveOwnImageOut ? source : undefined;
    const matched = await matchImage(search, bank, map, leftOut);
    if (!fine || !fineSearch) return matched;
    const fineMap = await fine.stage.extract(await image());
    return { ...matched, fine: await matchImage(fineSearch, fine.bank, fineMap, leftOut) };
  }).finally(() => Promise.all([search.dispose(), fineSearch?.dispose(), dispose()]));
}

/** Boxes need a training before, unless there is a version to start from. */
function stages({ params, supervision, continuing }: StageChoices<Params>): TrainingStage[] {
  const compares = crossValidates({ params, supervision });
  const pretrains = supervision === 'SEMI_SUPERVISED' && !continuing && params.pretraining.steps > 0;
  return [
    ...(params.whitening > 0 ? [{ name: whiteningStage, weight: 0.03 }] : []),
    { name: 'feature-extraction', weight: 0.05 },
    { name: 'memory-bank', weight: 0.15 },
    ...memoryBankStages(params)
      .filter(({ name }) => name.startsWith(finePrefix))
      .map(({ name, weight }) => ({ name, weight: 0.1 * weight })),
    { name: 'matching', weight: 0.25 },
    ...(pretrains ? [{ name: 'pre-training', weight: 0.25 }] : []),
    ...(compares ? [{ name: crossValidationStage, weight: 0.5 }] : []),
    { name: 'training', weight: pretrains ? 0.25 : 0.5 },
    ...(params.tokenFalsePositiveRate > 0 ? [{ name: 'logit-offset', weight: 0.02 }] : []),
  ];
}

/** What residuals are divided by, `[1]` or one for each channel of a token. */
function normalScale(
  images: readonly MatchedFeatures[],
  bank: MemoryBank,
  { params }: Pick<TrainingContext<Params>, 'params'>,
): HostTensor {
  if (params.residualScale === 'none') return hostTensor(Float32Array.of(1), [1]);
  const perChannel = params.residualScale === 'channel-mean';
  const scale = meanResidual(images, bank, params.residual === 'absolute', perChannel);
  const repeats = perChannel ? params.tokenPatchSize ** 2 : 1;
  const repeated = Float32Array.from({ length: scale.length * repeats }, (_, i) => scale[i % scale.length]!);
  return hostTensor(repeated, [repeated.length]);
}

/** SemiREST for all three supervisions; the parameters say what goes beyond the paper. */
export const semirest = defineDetector({
  id: 'semirest',
  version: '3.2.0',
  apiVersion: 2,
  earlierDigests: [
    '39a0b9657fd505bf4d5828ca1717014ff772d5801b6bfacf8c1b4257cf428992',
    '22cd52ee054da0674c8db4e2dd1c06ec72560b3a7607dce14720f4271f537aaa',
    'c80f9ebcb5d92a30f54a511f4783f82451fb5e0acaf98ec6180c87f018471e86',
    '0f63d6f009b7c5425d9d0208c6b5a357b1b5f2833230db9b1fa3e852991171bd',
    '25332f0520ab63c2047bd2ddc5be9f927dcbc79013474f63ddb992ffa68acc93',
  ],
  title: 'SemiREST',
  description: 'Residuals to a memory bank of normal features, judged by a Swin Transformer over sliding windows.',
  reference:
    'Li et al. 2023, Efficient Anomaly Detection with Budget Annotation Using Semi-Supervised Residual Transformer',
  params: semirestParams,
  supervisions: ['UNSUPERVISED', 'SUPERVISED', 'SEMI_SUPERVISED'],
  uses: semirestUses,
  continues: true,
  memoryParams: [
    ...['featureDimension', 'whitenedDimension', 'normalImagesPerStep', 'syntheticImagesPerStep'],
    ...['fineLayers', 'windowSize', 'swinDimension'],
  ],
  stages,
  presets: semirestPresets,
  blockLabels: ({ params, featureLayers }) => ({
    ...params,
    side: featureLayers[0]!.stride * params.tokenPatchSize,
  }),
  fitParams: fitBankParams,
  check,
  train,
  predictionGraph: (state, context) =>
    bankGraph(state, (image, bank, tensors) => predict(image, bank, tensors, context)),
});
