// What plugins may build with, exported as `residua/toolkit`, and what services and workers use of it. Names that nobody outside
// the toolkit needs stay inside.

// Layers
export { gridSample } from './layers/gridSample.js';
export { parameter, type NamedTensors } from './layers/namedTensors.js';
export { type ColourNormalisation, imagenetColours, normaliseColours } from './layers/normaliseColours.js';
export { linear } from './layers/linear.js';
export { resizeBilinear } from './layers/resizeBilinear.js';
export { withoutGradient } from './layers/withoutGradient.js';

export { randomOrthonormal } from './layers/randomOrthonormal.js';
export { convolution, depthwiseConvolution, transposedConvolution } from './layers/convolution.js';
export type { ConvolutionSettings, TransposedSettings } from './layers/convolution.js';
export {
  convolutionParameters,
  filled,
  heNormal,
  normalisationParameters,
  normalWeights,
  uniformByFanIn,
  xavierNormal,
  type Initialise,
} from './layers/initialise.js';
export {
  byBatchStatistics,
  byStoredStatistics,
  groupNormalisation,
  instanceNormalisation,
  type Normalise,
} from './layers/normalisation.js';

// Networks
export { adaptFeatures, adaptorParams, initialAdaptor, type AdaptorParams } from './networks/featureAdaptor.js';
export { placeScores, type PlaceScoring } from './networks/placeScores.js';
export { initialSwinParameters } from './networks/swin/initialSwinParameters.js';
export { anomalyProbability, embedTokens, swinOfEmbedding } from './networks/swin/swin.js';
export { swinEmbedding } from './networks/swin/swinSettings.js';
export {
  blockKinds,
  normalisedConvolution,
  normalisedConvolutionParameters,
  residualBlock,
  residualBlockParameters,
  type NormalisedConvolution,
  type ResidualBlock,
} from './networks/residual/residualBlock.js';
export { resnetLayers } from './networks/resnet/resnet.js';
export {
  resnetChannels,
  resnetParameterShapes,
  resnetUpTo,
  wideResnet50,
  type ResnetSettings,
} from './networks/resnet/resnetSettings.js';

// Images to features (Eq. 1-3)
export { extractTrainingFeatures } from './features/extractTrainingFeatures.js';
export { featurePyramid, pyramidLevels, pyramidProblems, type PyramidLevel } from './features/layerPyramid.js';
export {
  channelTransformParams,
  measureChannels,
  transformChannels,
  transformMaps,
  type ChannelTransform,
} from './features/channelTransform.js';
export {
  mapPoolParams,
  trainingPyramid,
  transformedPyramid,
  type MapPoolParams,
  type TrainingPyramid,
} from './features/trainingPyramid.js';
export { createPyramidStage, drawnImages, extractTrainingMaps, type FeatureMaps } from './features/pyramidStage.js';
export {
  compileFeatureStage,
  createFeatureStage,
  featureGrid,
  positionConstrainedFeatures,
  type FeatureStage,
} from './features/featureStage.js';
export {
  fitFeatureDimension,
  hyperColumnParams,
  hyperColumnProblems,
  type FeatureParams,
  type HyperColumnKind,
  type HyperColumnParams,
} from './features/featureParams.js';
export { fitsTiles, tiledFeatures, tileParams, type Tiles } from './features/tiles.js';
export {
  fineContext,
  fineFactor,
  bankFeatureProblems,
  fitBankParams,
  hyperColumnGrid,
  type FineParams,
} from './features/fineLayers.js';

// Reverse distillation
export {
  measuredBatches,
  reverseDetectorParams,
  reverseProblems,
  reverseStages,
  trainedReverse,
  type ReverseDetectorParams,
} from './reverse-distillation/reverseDetector.js';
export { reverseDistances, reverseLoss } from './reverse-distillation/reverseDistance.js';
export {
  decode,
  embed,
  initialReverse,
  reverseNetwork,
  type ReverseNetwork,
} from './reverse-distillation/reverseNetwork.js';

// Memory bank and nearest neighbours (Eq. 4)
export {
  bankGraph,
  memoryBankParams,
  memoryBankStages,
  memoryBankState,
  trainMemoryBank,
  type BankTensors,
  type MemoryBankParams,
  type TrainedMemoryBank,
} from './memory-bank/bankDetector.js';
export {
  bankFeatures,
  finePrefix,
  jointDistances,
  nearestVectors,
  upscaled,
  type BankFeatures,
  type FineBank,
  type NearestVectors,
} from './memory-bank/fineBank.js';
export { bankDimension, whiteningStage } from './memory-bank/bankWhitening.js';
export { sourcePenalty, type MemoryBank } from './memory-bank/memoryBank.js';
export { nearestNeighbours, type Neighbours } from './memory-bank/nearestNeighbours.js';
export { createNeighbourSearch, NeighbourSearch, type NeighbourSearchOptions } from './memory-bank/neighbourSearch.js';
export { type MatchedFeatures, reweightedScore } from './memory-bank/reweightedScore.js';

// Residuals and their augmentations (Eq. 5, 6, 12, 13)
export { drawUniform, residualScaleDraw, type Draw, type ResidualScaleSettings } from './residuals/draws.js';
export { knnResidualAugmentation } from './residuals/knnAugmentation.js';
export { residualFunctions, residuals, type ResidualFunction } from './residuals/residuals.js';
export { tokenDropout } from './residuals/tokenDropout.js';

// Gaussians of places
export { fitPlaceGaussians, leaveOneOutFactors, type PlaceGaussians } from './statistics/gaussians.js';
export { squaredMahalanobis, squaredMahalanobisOfFew } from './statistics/mahalanobis.js';

// Normalizing flows of places
export { predictByFlows } from './flows/flowMap.js';
export { flowParams, flowProblems, flowStages, type FlowParams } from './flows/flowParams.js';
export { flowSight, prepareFlows, type FlowImage, type PreparedFlows } from './flows/prepareFlows.js';
export { trainByLikelihood } from './flows/trainByLikelihood.js';
export { highestLikelihoods, trainFlows, type FlowPlace } from './flows/trainFlows.js';

// Block labels (Eq. 14, 15)
export { blockLabelsFromBoxes, blockLabelsFromMask, labelValues, pixelLabelsFromBoxes } from './labels/blockLabels.js';
export type { BlockLabels, LabelName, MaskThresholds, PixelSize } from './labels/blockLabels.js';
export { blockLabelParams, type BlockLabelParams } from './labels/blockLabelParams.js';
export { boxesFromMask } from './labels/boxesFromMask.js';
export { tokenLabels, type LabelSettings, type ScaledLabels } from './labels/tokenLabels.js';
export { pixelLabels } from './labels/pixelLabels.js';
export { trainingLabels } from './labels/trainingLabels.js';

// Losses
export { cosineSimilarity, unitVectors, wholeCosineSimilarity } from './losses/cosineDistance.js';
export { structuralSimilarity } from './losses/structuralSimilarity.js';
export { deviationLoss, type DeviationLossSettings } from './losses/deviationLoss.js';
export { focalLoss, focalTerm, focalTerms, type FocalSettings } from './losses/focalLoss.js';
export { pixelFocalCosts } from './losses/pixelFocal.js';
export { power } from './losses/power.js';
export { likelihoodCosts } from './losses/likelihoodLoss.js';
export { truncatedL1Loss, type TruncatedL1Settings } from './losses/truncatedL1Loss.js';

// Training
export { defectSamples, sampleCount, type DefectSources } from './batches/defectSamples.js';
export { imageBatches, type ImageBatches } from './batches/imageBatches.js';
export { requireImages, tensorBatches, type TensorBatches } from './batches/tensorBatches.js';
export { measureNormalisation, type NormalisationMeasurement } from './optimisation/measureNormalisation.js';
export { adam, adamW, type AdamSettings } from './optimisation/adamW.js';
export type { Batch } from './optimisation/drawnBatches.js';
export type { Optimiser, RateSettings } from './optimisation/optimiser.js';
export { cosine, evenDrops, multiStep, warmUp, type LearningRate } from './optimisation/schedules.js';
export { sgd, type SgdSettings } from './optimisation/sgd.js';
export { TrainingStages } from './optimisation/stages.js';
export type { LossParts, ParameterGroup, Turn } from './optimisation/turn.js';
export { optimiserParams, stepParams, type OptimiserParams, type StepParams } from './optimisation/optimiserParams.js';
export { trainNetwork, type NetworkTraining } from './optimisation/trainNetwork.js';
export { trainSteps, type StepsTraining } from './optimisation/trainSteps.js';

// Synthetic defects
export { defectKinds, makeSyntheticDefect } from './synthetic-defects/makeSyntheticDefect.js';
export type { DefectKind, SyntheticDefect, SyntheticDefectOptions } from './synthetic-defects/makeSyntheticDefect.js';
export { PerlinNoise } from './synthetic-defects/perlinNoise.js';
export { textureFamilies, type TextureFamily } from './synthetic-defects/scene.js';

// Predictions
export { stateGraph, trainedFlag, type StatePrediction } from './prediction/stateGraph.js';

// Maps, scores and regions
export { resizeMap } from './post-processing/hostMaps.js';
export { colourMap, overlay, type ScoreRange } from './post-processing/overlay.js';
export { meanOfHighest } from './post-processing/meanOfHighest.js';
export { imageScores, postprocess } from './post-processing/postprocess.js';
export { findRegions, type Region } from './post-processing/regions.js';
export { topShareMean } from './post-processing/topShareMean.js';

// Metrics
export { evaluate, EvaluationAccumulator } from './evaluation/evaluationAccumulator.js';
export type { EvaluatedMap, EvaluationOptions } from './evaluation/evaluationAccumulator.js';
export type { DefectTypeMetrics, EvaluationMetrics, EvaluationResult } from './evaluation/evaluationMetrics.js';
export { quantile, quantileAmong, quantileShares, quantilesOf } from './evaluation/quantiles.js';

// Files of weights
export { checkWeights } from './weights/checkWeights.js';
export { decodeSafetensors, encodeSafetensors, type SafetensorsFile } from './weights/safetensors.js';
