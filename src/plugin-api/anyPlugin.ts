import type { z } from 'zod';
import type { AugmentationPlugin } from './augmentation.js';
import type { DetectorPlugin } from './detector.js';
import type { FeatureExtractorPlugin } from './featureExtractor.js';
import type { LossPlugin } from './loss.js';
import type { SinkPlugin } from './sink.js';
import type { SourcePlugin } from './source.js';

/** A plugin of any kind. */
export type AnyPlugin =
  | FeatureExtractorPlugin<z.ZodObject>
  | AugmentationPlugin<z.ZodObject>
  | LossPlugin<z.ZodObject>
  | DetectorPlugin<z.ZodObject>
  | SinkPlugin<z.ZodObject>
  | SourcePlugin<z.ZodObject>;
