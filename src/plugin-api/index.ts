/** The public contract between Residua and its plugins, API version 2. Imported as `residua/plugin-api`. */
export { pluginApiVersion, pluginKinds } from './plugin.js';
export type { AnyPlugin } from './anyPlugin.js';
export type { PluginContext, PluginDescription, PluginKind, PluginLog } from './plugin.js';
export { modelFileParams } from './modelFile.js';
export type { ModelFile, ModelFileSource, WeightsFile } from './modelFile.js';
export { defineFeatureExtractor } from './featureExtractor.js';
export type { FeatureExtractor, FeatureExtractorPlugin, FeatureLayer } from './featureExtractor.js';
export { defineAugmentation } from './augmentation.js';
export type {
  AugmentationPlugin,
  AugmentationStage,
  ImageAugmentation,
  ImageAugmentationPlugin,
  ImageSample,
  RandomInput,
  ResidualAugmentation,
  ResidualAugmentationPlugin,
} from './augmentation.js';
export { defineLoss } from './loss.js';
export type { LossFunction, LossPlugin } from './loss.js';
export { defineSink } from './sink.js';
export type { Heartbeat, SinkConnection, SinkContext, SinkPlugin, Verdict } from './sink.js';
export { defineSource } from './source.js';
export type { ListedFile, ObjectBucket, SourceConnection, SourceContext, SourcePlugin } from './source.js';
export { defineDetector } from './detector.js';
export { compilePrediction, imageTensor, standaloneFunction } from './predictionGraph.js';
export type { PredictedTensors, PredictionGraph } from './predictionGraph.js';
export type { NormalMatches, PatchOrigin, Prediction, Predictor } from './predictor.js';
export type {
  BlockLabelling,
  DetectorChoices,
  DetectorPlugin,
  ParamsToFit,
  StageChoices,
  TrainingStage,
} from './detector.js';
export type { DetectorPreset, PresetPlugin } from './preset.js';
export type {
  DetectorCheckpoint,
  DetectorState,
  DetectorUses,
  FeatureParts,
  PredictionContext,
  TrainingContext,
  TrainingImage,
  TrainingProgress,
  TrainingSteps,
  UsesFeatures,
} from './trainingContext.js';
export type {
  Compute,
  CompiledFunction,
  HostTensor,
  OnnxNetwork,
  SpecialisedFunction,
  StatefulFunction,
  StatefulSpecs,
  TensorFunction,
  TensorSpec,
} from '../shared/compute.js';
export { elementCount, hostTensor } from '../shared/compute.js';
export type { AnomalyMap, BinaryMask, BlockGrid, Box, RgbImage } from '../shared/images.js';
export { RandomSource } from '../shared/random.js';
export { problem, ProblemError } from '../shared/errors.js';
export type { Problem } from '../shared/errors.js';
export type { Supervision, TrainingSettings } from '../shared/training.js';
/** TensorFlow.js, the one copy Residua runs on: a plugin must use this and not bring its own. */
export * as tf from '@tensorflow/tfjs-core';
/** Parameter schemas are written with this copy of zod. */
export { z } from 'zod';
