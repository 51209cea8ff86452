import type { PluginRecord, TrainingRunEntity } from '../../database/entities/index.js';
import type { PluginRegistry } from '../../plugin-host/index.js';
import type { Problem } from '../../shared/errors.js';

/** What a model version is good for with the plugins that are here. */
export interface Usability {
  predicts: boolean;
  /** Whether a training can continue from it. */
  continues: boolean;
  /** Why it does not predict; empty when it does. */
  problems: Problem[];
}

type Registry = Pick<PluginRegistry, 'problemsOf' | 'requireRecord'>;

/** Judged by what the training recorded: predicting needs detector and features; augmentations and loss matter to a training alone. */
export function usabilityOf(
  registry: Registry,
  { detector, featureExtractor }: Pick<TrainingRunEntity, 'detector' | 'featureExtractor'>,
): Usability {
  const problems = problemsOfPlugins(registry, [detector, featureExtractor]);
  const predicts = problems.length === 0;
  return { predicts, continues: predicts && registry.requireRecord('detector', detector).continues, problems };
}

/** What keeps a training that has not ended from ending well here. */
export function trainingProblems(registry: Registry, run: TrainingRunEntity): Problem[] {
  return problemsOfPlugins(registry, [run.detector, run.featureExtractor, ...run.augmentations, run.loss]);
}

function problemsOfPlugins(registry: Registry, records: readonly (PluginRecord | null)[]): Problem[] {
  return records.flatMap((record) => (record ? registry.problemsOf(record.kind, record) : []));
}
