// Images to features
export { averagePool3x3 } from './features/averagePool.js';
export { poolChannels } from './features/channelPool.js';
export { extractTrainingFeatures } from './features/extractTrainingFeatures.js';
export {
  compileFeatureStage,
  createFeatureStage,
  featureGrid,
  hyperColumnKinds,
  positionConstrainedFeatures,
  type FeatureStage,
  type HyperColumnKind,
} from './features/featureStage.js';
export { hyperColumn, hyperColumnPatchcore } from './features/hyperColumn.js';
export { type ColourNormalisation, imagenetColours, normaliseColours } from './features/normaliseColours.js';
export { plainFeatureProblems, withoutPosition } from './features/plainFeatures.js';
export { resizeBilinear } from './features/resizeBilinear.js';

// Position code (Eq. 2, 3)
export * from './position/positionCode.js';

// Memory bank and nearest neighbours (Eq. 4)
export {
  bankGraph,
  memoryBankParams,
  memoryBankProblems,
  memoryBankState,
  trainMemoryBank,
  type BankTensors,
  type MemoryBankParams,
  type TrainedMemoryBank,
} from './memory-bank/bankDetector.js';
export { FarthestFirst, type Pick } from './memory-bank/farthestFirst.js';
export { type CoresetOptions, greedyCoreset } from './memory-bank/greedyCoreset.js';
export { buildMemoryBank, sourcePenalty, type MemoryBank, type MemoryBankOptions } from './memory-bank/memoryBank.js';
export { nearestNeighbours, type NearestNeighboursOptions, type Neighbours } from './memory-bank/nearestNeighbours.js';
export {
  createNeighbourSearch,
  type ExcludedRows,
  type FoundNeighbours,
  NeighbourSearch,
  type NeighbourSearchOptions,
} from './memory-bank/neighbourSearch.js';
export { principalDirections } from './memory-bank/principalDirections.js';
export { projectRandomly } from './memory-bank/randomProjection.js';
export { type MatchedFeatures, reweightedScore } from './memory-bank/reweightedScore.js';

// Residuals and their augmentations (Eq. 5, 6, 12, 13)
export { type Draw, type ResidualScaleSettings, drawUniform, residualScaleDraw } from './residuals/draws.js';
export * from './residuals/knnAugmentation.js';
export * from './residuals/residuals.js';
export * from './residuals/tokenDropout.js';

// Tokens (Eq. 7)
export * from './tokens/tokenPartition.js';

// Sliding windows and bagging (Eq. 8, 10)
export * from './windows/bag.js';
export { extractWindows } from './windows/extractWindows.js';
export * from './windows/windowStarts.js';

// Swin Transformer (Eq. 9)
export { initialSwinParameters } from './swin/initialSwinParameters.js';
export { anomalyProbability, swin, type SwinStages, swinStages } from './swin/swin.js';
export {
  type NamedTensors,
  type SwinParameterShapes,
  swinEmbedding,
  swinParameterShapes,
  type SwinSettings,
} from './swin/swinSettings.js';

// ResNet
export { resnetLayers } from './resnet/resnet.js';
export { resnetChannels, resnetParameterShapes, wideResnet50, type ResnetSettings } from './resnet/resnetSettings.js';

// Gaussians of places
export { fitPlaceGaussians, leaveOneOutFactors, type PlaceGaussians } from './statistics/gaussians.js';
export { squaredMahalanobis } from './statistics/mahalanobis.js';

// Block labels (Eq. 14, 15)
export { blockLabelsFromBoxes, blockLabelsFromMask, labelValues, pixelLabelsFromBoxes } from './labels/blockLabels.js';
export type { BlockLabels, LabelName, MaskThresholds, PixelSize } from './labels/blockLabels.js';
export { boxesFromMask } from './labels/boxesFromMask.js';
export { tokenLabels, type LabelSettings, type ScaledLabels } from './labels/tokenLabels.js';

// Training on windows of residuals
export { matchImage, meanResidual } from './residual-training/imageMatcher.js';
export type { MatchedImage } from './residual-training/matchedImage.js';
export { matchedLogits, type MatchedLogitsOptions } from './residual-training/matchedLogits.js';
export type { MixMatchOptions } from './residual-training/mixMatchTerm.js';
export {
  joinFeatures,
  mapScores,
  matchingDistance,
  normaliseResiduals,
  tokenChannels,
  tokenScores,
  type TokenScoring,
} from './residual-training/tokenScores.js';
export { trainOnWindows, type WindowTrainingContext } from './residual-training/trainOnWindows.js';
export {
  relabelled,
  trainingLabels,
  trainingSamples,
  type SyntheticImage,
  type TrainingSamples,
} from './residual-training/trainingSamples.js';
export { networkMismatches, windowProblems } from './residual-training/windowProblems.js';

// Losses, optimiser and training steps
export * from './training/adamW.js';
export { continuationProblems } from './training/continuation.js';
export { deviationLoss, type DeviationLossSettings, topShareMean } from './training/deviationLoss.js';
export * from './training/focalLoss.js';
export * from './training/gradients.js';
export * from './training/mixMatch.js';
export * from './training/mixMatchObjective.js';
export * from './training/mixMatchPairs.js';
export { type NetworkTraining, trainNetwork } from './training/trainNetwork.js';
export * from './training/trainingStep.js';
export { truncatedL1Loss, type TruncatedL1Settings } from './training/truncatedL1Loss.js';

// Synthetic defects
export { defectKinds, makeSyntheticDefect } from './synthetic-defects/makeSyntheticDefect.js';
export type { DefectKind, SyntheticDefect, SyntheticDefectOptions } from './synthetic-defects/makeSyntheticDefect.js';

// Predictions
export {
  anomalyMap,
  type AnomalyMapOptions,
  type MapSize,
  type ResidualNetwork,
  tokenMap,
} from './inference/anomalyMap.js';
export { stateGraph, trainedFlag, type StatePrediction } from './inference/stateGraph.js';

// Maps and regions
export { resizeMap } from './post-processing/hostMaps.js';
export { colourMap, overlay, turboColour } from './post-processing/overlay.js';
export type { ScoreRange } from './post-processing/overlay.js';
export { imageScores, postprocess } from './post-processing/postprocess.js';
export { findRegions } from './post-processing/regions.js';
export type { Region } from './post-processing/regions.js';

// Metrics
export { binaryMetrics } from './evaluation/binaryMetrics.js';
export type { BinaryMetrics } from './evaluation/binaryMetrics.js';
export { connectedComponents } from './evaluation/connectedComponents.js';
export type { Component, ConnectedComponents } from './evaluation/connectedComponents.js';
export type { CurvePoint } from './evaluation/curves.js';
export { evaluate, EvaluationAccumulator } from './evaluation/evaluationAccumulator.js';
export type { EvaluatedMap, EvaluationOptions } from './evaluation/evaluationAccumulator.js';
export type { DefectTypeMetrics, EvaluationMetrics, EvaluationResult } from './evaluation/evaluationMetrics.js';
export { quantile, quantileAmong, quantileShares, quantilesOf } from './evaluation/quantiles.js';

// Files of weights
export { checkWeights } from './weights/checkWeights.js';
export { decodeSafetensors, encodeSafetensors } from './weights/safetensors.js';
export type { SafetensorsFile } from './weights/safetensors.js';
