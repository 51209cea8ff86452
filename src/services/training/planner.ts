import type { PluginRegistry } from '../../plugin-host/index.js';
import { planTraining, type StartingPoint, type TrainingChoice, type TrainingPlan } from './trainingPlan.js';

/** A plan, with what only its plugins know. */
export interface PlannedTraining {
  plan: TrainingPlan;
  /** Pixels of the scaled image per token, per axis; undefined for a method without features. */
  tokenSide: number | undefined;
}

/** Completes and checks a choice, wherever the plugins that it names can run. @throws ProblemError as {@link planTraining}. */
export type TrainingPlanner = (
  choice: TrainingChoice,
  field: readonly string[],
  startFrom?: StartingPoint,
) => Promise<PlannedTraining>;

/**
 * Plans in this process.
 * @throws ProblemError as {@link planTraining}; PluginNotLoaded for a plugin from outside that was not loaded here.
 */
export function planHere(registry: PluginRegistry, ...choice: Parameters<TrainingPlanner>): PlannedTraining {
  const plan = planTraining(registry, ...choice);
  if (!plan.featureExtractor) return { plan, tokenSide: undefined };
  const { plugin, params } = registry.resolveRecord('feature-extractor', plan.featureExtractor);
  return { plan, tokenSide: plugin.layers(params)[0]!.stride * plan.settings.tokenPatchSize };
}
