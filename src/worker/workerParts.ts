import type { PluginContext } from '../plugin-api/index.js';
import type { BlobStore } from '../files/index.js';
import type { ModelFiles, PluginRegistry } from '../plugin-host/index.js';
import type { Services } from '../services/index.js';
import type { SinkConnections } from '../services/sinks/sinkConnections.js';
import type { SourceConnections } from '../services/sources/sourceConnections.js';
import type { PixelProcesses } from '../services/pixel-process/pixelProcesses.js';
import type { Limits } from '../shared/config.js';
import type { Compute } from '../shared/compute.js';
import type { Logger } from '../shared/logger.js';

/** What the handlers share; made once per worker process. */
export interface WorkerParts {
  services: Services;
  blobs: BlobStore;
  /** Decode images. */
  pixels: PixelProcesses;
  registry: PluginRegistry;
  compute: Compute;
  /** What plugins may read and keep. */
  files: Pick<PluginContext, 'cacheDirectory' | 'importOnnx'>;
  /** The models folder of this machine. */
  models: Pick<ModelFiles, 'read' | 'readRecorded'>;
  /** From where images come. */
  sources: SourceConnections;
  /** Where verdicts go. */
  sinks: SinkConnections;
  /** Between the checkpoints of a training. */
  checkpointSeconds: number;
  /** Until a plugin that gives no sign of life has failed its training. */
  stepTimeoutSeconds: number;
  /** Told of every single prediction that was answered. */
  predicted?: (prediction: AnsweredPrediction) => void;
  limits: Limits;
  log: Logger;
}

/** A single prediction, as it is counted. */
export interface AnsweredPrediction {
  model: string;
  version: number;
  isAnomalous: boolean;
}
