import type { BlockLabelling, ModelFileSource } from '../../plugin-api/index.js';
import type { PluginChoice, PluginRecord, PluginRegistry } from '../../plugin-host/index.js';
import { collectProblems, throwIfProblems, type Problem } from '../../shared/errors.js';
import type { RecordedModelFile, Supervision, TrainingSettings } from '../../shared/training.js';
import {
  combinationProblems,
  continuationProblems,
  detectorChoices,
  imageSizeProblems,
  unusedChoices,
} from './choiceProblems.js';
import { resolveParts, type PlanParts } from './planParts.js';
import { mergeSettings } from './trainingSettings.js';
import { defaultDetector, defaultPreset, findPreset, type TrainingPreset } from './trainingPresets.js';

/** What a caller may choose; everything left out comes from the detector's preset. */
export interface TrainingChoice {
  supervision: Supervision;
  preset?: string | null | undefined;
  detector?: PluginChoice | null | undefined;
  featureExtractor?: PluginChoice | null | undefined;
  augmentations?: readonly PluginChoice[] | null | undefined;
  loss?: PluginChoice | null | undefined;
  settings?:
    { readonly [Name in keyof TrainingSettings]?: TrainingSettings[Name] | null | undefined } | null | undefined;
}

/** What the model version to continue from was trained with. */
export interface StartingPoint {
  settings: TrainingSettings;
  detector: PluginRecord;
  featureExtractor: PluginRecord | null;
  /** Bits that it read 16-bit samples by. */
  sampleBits: number | null;
  modelFiles: readonly RecordedModelFile[];
}

/** A complete, checked configuration of a run. */
export interface TrainingPlan {
  preset: string;
  settings: TrainingSettings;
  detector: PluginRecord;
  /** null for a detector that uses no features. */
  featureExtractor: PluginRecord | null;
  augmentations: PluginRecord[];
  loss: PluginRecord | null;
}

/**
 * Completes a choice from its preset and checks all of it.
 * @param field input path of the choice.
 * @param startFrom the training to continue: made by the same detector on the same features.
 * @throws ProblemError CONFIG_INVALID, PLUGIN_PARAMS_INVALID, MODEL_SHAPE_MISMATCH and the like, all problems at once.
 */
export function planTraining(
  registry: PluginRegistry,
  choice: TrainingChoice,
  field: readonly string[],
  startFrom?: StartingPoint,
): TrainingPlan {
  const problems: Problem[] = [];
  const { supervision } = choice;
  const wanted = { detector: choice.detector?.id ?? defaultDetector, supervision };
  const named = { ...wanted, name: choice.preset ?? defaultPreset };
  const preset =
    collectProblems(problems, () => findPreset(registry, named, field)) ??
    // What the caller names is checked all the same.
    findPreset(registry, { ...wanted, name: defaultPreset }, field);
  const parts = resolveParts(registry, choice, { preset, startFrom, field }, problems);
  problems.push(...unusedChoices(choice, parts, field), ...continuationProblems(startFrom, parts, field));
  const { settings, problems: wrong } = mergeSettings(preset.settings, choice.settings ?? {}, [...field, 'settings']);
  problems.push(...wrong, ...imageSizeProblems(settings, parts.extractor, field));
  if (wrong.length === 0) {
    problems.push(...combinationProblems(parts, { settings, supervision, startFrom }, field));
  }
  throwIfProblems(problems);
  return planOf(preset, settings, parts);
}

/** Of parts without problems. */
function planOf(
  preset: TrainingPreset,
  settings: TrainingSettings,
  { plugin, detector, extractor, augmentations, loss }: PlanParts,
): TrainingPlan {
  const used = augmentations.filter((each) => plugin!.uses.augmentations.includes(each!.plugin.stage));
  return {
    preset: preset.name,
    settings,
    detector: detector!.record,
    featureExtractor: extractor?.record ?? null,
    augmentations: used.map((augmentation) => augmentation!.record),
    loss: loss?.record ?? null,
  };
}

/** The model files that the feature extractor of a planned training reads, as far as it states them. */
export function plannedModelFiles(
  registry: PluginRegistry,
  { featureExtractor }: TrainingPlan,
): readonly ModelFileSource[] {
  if (!featureExtractor) return [];
  const { plugin, params } = registry.resolveRecord('feature-extractor', featureExtractor);
  return plugin.modelFiles?.(params) ?? [];
}

/** The folders of textures that the augmentations of a planned training name. */
export function plannedTextureFolders(registry: PluginRegistry, { augmentations }: TrainingPlan): string[] {
  return augmentations.flatMap((record) => {
    const { plugin, params } = registry.resolveRecord('augmentation', record);
    return plugin.stage === 'image' ? (plugin.textureFolder?.(params) ?? []) : [];
  });
}

/** The blocks that labels become in a planned training; undefined where they become none. */
export function plannedBlocks(
  registry: PluginRegistry,
  { detector, featureExtractor, settings, augmentations }: TrainingPlan,
  supervision: Supervision,
): BlockLabelling | undefined {
  const { plugin, params } = registry.resolveRecord('detector', detector);
  const extractor = featureExtractor && registry.resolveRecord('feature-extractor', featureExtractor);
  const parts = {
    ...{ plugin, detector: undefined, params: { values: params, wrong: [] }, loss: undefined },
    extractor: extractor ?? undefined,
    augmentations: augmentations.map((record) => registry.resolveRecord('augmentation', record)),
  };
  return plugin.blockLabels?.(detectorChoices(parts, { settings, supervision, startFrom: undefined })!);
}
