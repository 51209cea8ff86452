import type { BlockLabelling, ModelFileSource } from '../../plugin-api/index.js';
import type { PluginRegistry } from '../../plugin-host/index.js';
import {
  plannedBlocks,
  plannedModelFiles,
  plannedTextureFolders,
  planTraining,
  type StartingPoint,
  type TrainingChoice,
  type TrainingPlan,
} from './trainingPlan.js';

/** A plan, with what only its plugins know. */
export interface PlannedTraining {
  plan: TrainingPlan;
  /** The blocks that labels become; undefined where they become none. */
  blocks: BlockLabelling | undefined;
  /** Model files that its feature extractor states to read. */
  modelFiles: readonly ModelFileSource[];
  /** Folders of textures that its augmentations name. */
  textureFolders: readonly string[];
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
  return {
    plan,
    blocks: plannedBlocks(registry, plan, choice[0].supervision),
    modelFiles: plannedModelFiles(registry, plan),
    textureFolders: plannedTextureFolders(registry, plan),
  };
}
