import type {
  FeatureExtractor,
  ImageAugmentation,
  LossFunction,
  PluginKind,
  ResidualAugmentation,
} from '../../plugin-api/index.js';
import { JobAborted } from '../../jobs/index.js';
import { ComputeFailure } from '../../shared/computeFailure.js';
import { problem, ProblemError } from '../../shared/errors.js';
import { withoutPaths } from '../../shared/firstLine.js';

/** A plugin as messages name it. */
export interface NamedPlugin {
  kind: PluginKind;
  id: string;
}

/** What is told of a call into a plugin. */
export interface PluginCalls {
  entered(plugin: NamedPlugin): void;
  left(plugin: NamedPlugin): void;
  /** What the training does, e.g. `in step 37 of training`. */
  readonly doing: string;
}

/** `feature extractor "gabor"`. */
export function nameOf({ kind, id }: NamedPlugin): string {
  return `${kind.replace('-', ' ')} "${id}"`;
}

/**
 * What a plugin threw, as a problem that names it. Problems, the end of a job and faults of engines and of the host pass as they are.
 */
export function crashed(plugin: NamedPlugin, doing: string, error: unknown): unknown {
  const isOurs = error instanceof ProblemError || error instanceof JobAborted || error instanceof ComputeFailure;
  if (isOurs || hostErrors.has(error as object)) return error;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return problem('PLUGIN_CRASHED', `${nameOf(plugin)} threw ${doing}: ${withoutPaths(text)}`, { item: plugin.id });
}

/** Errors of the database, the blob store and the like: no fault of the plugin that was waiting for them. */
const hostErrors = new WeakSet();

/** Runs what the host does for a plugin; what it throws is not the plugin's. */
export async function asHost<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error) hostErrors.add(error);
    throw error;
  }
}

/** Calls into plugins, watched and with their errors turned into problems. */
export class PluginGuard {
  constructor(private readonly calls: PluginCalls) {}

  /** @throws ProblemError PLUGIN_CRASHED. */
  run<T>(plugin: NamedPlugin, call: () => T): T {
    this.calls.entered(plugin);
    try {
      return call();
    } catch (error) {
      throw crashed(plugin, this.calls.doing, error);
    } finally {
      this.calls.left(plugin);
    }
  }

  /** @throws ProblemError PLUGIN_CRASHED. */
  async wait<T>(plugin: NamedPlugin, call: () => Promise<T>): Promise<T> {
    try {
      return await this.run(plugin, call);
    } catch (error) {
      throw crashed(plugin, this.calls.doing, error);
    }
  }

  extractor(plugin: NamedPlugin, extractor: FeatureExtractor): FeatureExtractor {
    return {
      features: (images) => this.run(plugin, () => extractor.features(images)),
      weightsDigest: extractor.weightsDigest,
      dispose: () => extractor.dispose(),
    };
  }

  loss(plugin: NamedPlugin, loss: LossFunction): LossFunction {
    return (probabilities, labels) => this.run(plugin, () => loss(probabilities, labels));
  }

  augmentation<A extends ImageAugmentation | ResidualAugmentation>(plugin: NamedPlugin, augmentation: A): A;
  augmentation(plugin: NamedPlugin, augmentation: ImageAugmentation | ResidualAugmentation) {
    if (augmentation.stage === 'image') {
      const augment: ImageAugmentation['augment'] = (...given) =>
        this.run(plugin, () => augmentation.augment(...given));
      return { stage: augmentation.stage, augment };
    }
    const { stage, level, neighbours } = augmentation;
    const guarded: ResidualAugmentation = {
      ...{ stage, level, neighbours },
      randomInputs: (shape) =>
        this.run(plugin, () => augmentation.randomInputs(shape)).map((input) => ({
          spec: input.spec,
          fill: (data, random) => this.run(plugin, () => input.fill(data, random)),
        })),
      apply: (residuals, random) => this.run(plugin, () => augmentation.apply(residuals, random)),
    };
    return guarded;
  }
}
