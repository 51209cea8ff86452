import type { z } from 'zod';
import type { OnnxNetwork } from '../shared/compute.js';
import type { ModelFile, ModelFileSource } from './modelFile.js';

/** The contract version a plugin states as `apiVersion`. */
export const pluginApiVersion = 2;

/** What plugins can be. */
export const pluginKinds = ['feature-extractor', 'augmentation', 'loss', 'detector', 'sink', 'source'] as const;
/** One of {@link pluginKinds}. */
export type PluginKind = (typeof pluginKinds)[number];

/** What every plugin states about itself. */
export interface PluginDescription<Params extends z.ZodObject> {
  /** Lower-case words joined by hyphens, unique within its kind, e.g. `mobilenet-v3`. */
  id: string;
  /** Semantic version. A run records it. */
  version: string;
  apiVersion: number;
  title: string;
  description: string;
  /** Paper or source the plugin follows. */
  reference?: string;
  /**
   * Digests, as runs have recorded them, of earlier statements of this plugin that did the same with the same parameters: their
   * runs and models go on.
   */
  earlierDigests?: readonly string[];
  /** Parameters with defaults: a strict zod object (`z.strictObject`). Published as JSON Schema. */
  params: Params;
}

/** Lines for the log of the run, which clients can read; no secrets, no paths. */
export interface PluginLog {
  info(message: string): void;
  warn(message: string): void;
}

/** What the host gives a plugin that loads something. */
export interface PluginContext {
  /** A folder that outlives the process. */
  cacheDirectory: string;
  /**
   * Reads a file of the models folder, or fetches it from its address first.
   * @throws ProblemError MODEL_INVALID when it is not there, with what to do about it; MODEL_UNSAFE_PATH,
   * MODEL_FORMAT_UNSUPPORTED, MODEL_TOO_LARGE; ARTIFACT_CORRUPT when its sha256 is another one.
   */
  modelFile(source: ModelFileSource): Promise<ModelFile>;
  /**
   * Reads an ONNX file. No code of it runs outside of ONNX Runtime.
   * @param outputs names of the values wanted, which need not be outputs of the file.
   * @throws ProblemError MODEL_EXTERNAL_DATA, MODEL_INVALID with a short reason, MODEL_LAYER_UNSUPPORTED for control flow,
   * MODEL_WEIGHTS_INVALID, MODEL_NON_FINITE and MODEL_TOO_LARGE with the tensor's name, MODEL_SHAPE_MISMATCH for another
   * number of inputs or for outputs that are not there.
   */
  importOnnx(file: ModelFile, outputs: readonly string[]): Promise<OnnxNetwork>;
  log: PluginLog;
}
