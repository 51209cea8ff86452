import { isDeepStrictEqual } from 'node:util';
import { collectProblems, ProblemError, throwIfProblems, type Problem } from '../../shared/errors.js';
import { supervisions, type Supervision, type TrainingSettings } from '../../shared/training.js';
import type { PluginChoice, PluginRecord, PluginRegistry, ResolvedPlugin } from '../../plugin-host/index.js';
import type { DetectorUses, PluginKind } from '../../plugin-api/index.js';
import { mergeSettings } from './trainingSettings.js';
import { defaultPreset, trainingPresets, type TrainingPreset } from './trainingPresets.js';

/** What a caller may choose; everything left out comes from the preset. */
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

/** The detector where a caller names none. */
const defaultDetector = 'semirest';

/** Of a detector that is not known: what a caller names is checked all the same. */
const usesEverything: DetectorUses = { features: true, augmentations: ['image', 'residual'], loss: true };

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
  // Without it what the caller names is checked all the same, but not what fits together.
  const preset = collectProblems(problems, () => findPreset(choice, field));
  const base = preset ?? trainingPresets()[0]!;
  const resolve = <K extends PluginKind>(kind: K, plugin: PluginChoice, at: string[]): ResolvedPlugin<K> | undefined =>
    collectProblems(problems, () => registry.resolve(kind, plugin, [...field, ...at]));

  const detectorId = choice.detector?.id ?? defaultDetector;
  const presetParams = base.detectorParams[detectorId] ?? {};
  const params = laidOver(presetParams, choice.detector?.params ?? {});
  const detector = resolve('detector', { id: detectorId, params }, ['detector']);
  const uses: DetectorUses = detector?.plugin.uses ?? usesEverything;
  const features = startFrom?.featureExtractor ?? base.featureExtractor;
  const extractorChoice = choice.featureExtractor ?? (uses.features ? features : undefined);
  const extractor = extractorChoice && resolve('feature-extractor', extractorChoice, ['featureExtractor']);
  const augmentations = (choice.augmentations ?? base.augmentations)
    .map((plugin, i) => resolve('augmentation', plugin, ['augmentations', String(i)]))
    .filter((each) => choice.augmentations || !each || uses.augmentations.includes(each.plugin.stage));
  const lossChoice = choice.loss ?? (uses.loss ? base.loss : undefined);
  const loss = lossChoice ? resolve('loss', lossChoice, ['loss']) : undefined;

  if (detector) problems.push(...unusedChoices(detector, choice, augmentations, field));
  if (detector && startFrom && !detector.plugin.continues) problems.push(cannotContinue(detectorId, field));
  if (startFrom) problems.push(...otherOrigin(startFrom, detector?.record, extractor?.record, field));
  const own = (choice.settings ?? {}) as Partial<TrainingSettings>;
  const merged = mergeSettings(base.settings, own, [...field, 'settings']);
  problems.push(...merged.problems, ...imageSizeProblems(merged.settings, extractor, field));
  if (preset && (extractor || !uses.features) && merged.fit) {
    const parts = { extractor, augmentations, settings: merged.settings, supervision: choice.supervision, startFrom };
    // A detector whose parameters are wrong still knows which settings do not fit together.
    const plain = { id: detectorId, params: presetParams };
    const checked = detector ?? collectProblems([], () => registry.resolve('detector', plain, []));
    const found = checked ? combinationProblems({ ...parts, detector: checked }, field) : [];
    problems.push(...(detector ? found : found.filter(({ field: at }) => at?.[field.length] === 'settings')));
  }
  throwIfProblems(problems);
  return {
    preset: preset!.name,
    settings: merged.settings,
    detector: detector!.record,
    featureExtractor: extractor?.record ?? null,
    augmentations: augmentations.map((augmentation) => augmentation!.record),
    loss: loss?.record ?? null,
  };
}

/** Parameters with others laid over them, group by group: naming one of a group keeps the rest of it. */
function laidOver(base: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  const isGroup = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const merged = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const below = merged[name];
    merged[name] = isGroup(value) && isGroup(below) ? laidOver(below, value) : value;
  }
  return merged;
}

function findPreset(choice: TrainingChoice, field: readonly string[]): TrainingPreset {
  const name = choice.preset ?? defaultPreset;
  const named = trainingPresets().filter((preset) => preset.name === name);
  const found = named.find((preset) => preset.supervision === choice.supervision);
  if (found) return found;
  const known = [...new Set(trainingPresets().map((preset) => preset.name))];
  const message =
    named.length === 0
      ? `there is no preset "${name}"; known: ${known.join(', ')}`
      : `preset "${name}" does not serve ${choice.supervision}; it serves ${named.map((preset) => preset.supervision).join(', ')}`;
  throw new ProblemError([{ code: 'CONFIG_INVALID', message, field: [...field, 'preset'], item: name }]);
}

/** Choices that the detector would silently ignore or cannot tell apart, and supervisions it has not. */
function unusedChoices(
  detector: ResolvedPlugin<'detector'>,
  choice: TrainingChoice,
  augmentations: readonly (ResolvedPlugin<'augmentation'> | undefined)[],
  field: readonly string[],
): Problem[] {
  const { id, uses, supervisions: served } = detector.plugin;
  const problems: Problem[] = [];
  const invalid = (name: string, message: string) =>
    problems.push({ code: 'CONFIG_INVALID', message, field: [...field, name], item: id });
  if (choice.loss && !uses.loss) invalid('loss', `detector ${id} uses no loss; leave out "${choice.loss.id}"`);
  if (choice.featureExtractor && !uses.features) {
    invalid('featureExtractor', `detector ${id} uses no feature extractor; leave out "${choice.featureExtractor.id}"`);
  }
  for (const stage of ['image', 'residual'] as const) {
    if (uses.augmentations.includes(stage)) continue;
    const unused = augmentations.filter((each) => each?.plugin.stage === stage).map((each) => `"${each!.record.id}"`);
    if (unused.length === 0) continue;
    invalid('augmentations', `detector ${id} uses no augmentations of ${stage}s; leave out ${unused.join(', ')}`);
  }
  if (supervisions.includes(choice.supervision) && !served.includes(choice.supervision)) {
    invalid('supervision', `detector ${id} does not train ${choice.supervision}; it trains ${served.join(', ')}`);
  }
  const repeated = choice.augmentations?.find(({ id: each }, i, all) => all.findIndex((a) => a.id === each) < i);
  if (repeated) {
    const message = `augmentations names "${repeated.id}" twice; one does all of it`;
    problems.push({ code: 'CONFIG_INVALID', message, field: [...field, 'augmentations'], item: repeated.id });
  }
  return problems;
}

function cannotContinue(id: string, field: readonly string[]): Problem {
  const message = `detector ${id} cannot continue from a model version: it always learns from nothing; leave fromModelVersionId out`;
  return { code: 'CONFIG_INVALID', message, field: [...field, 'fromModelVersionId'], item: id };
}

/** A run continues from the same detector's work on the same features only. */
function otherOrigin(
  startFrom: StartingPoint,
  detector: PluginRecord | undefined,
  extractor: PluginRecord | undefined,
  field: readonly string[],
): Problem[] {
  const problems: Problem[] = [];
  const add = (name: string, message: string) =>
    problems.push({ code: 'CONFIG_INVALID', message: `the model version ${message}`, field: [...field, name] });
  const made = startFrom.detector.id;
  if (detector && detector.id !== made) {
    add('fromModelVersionId', `was trained by detector ${made}; detector ${detector.id} cannot continue from it`);
  }
  const features = startFrom.featureExtractor;
  if (!features || !extractor) return problems;
  if (extractor.id !== features.id || !isDeepStrictEqual(extractor.params, features.params)) {
    add(
      'featureExtractor',
      `was trained on features of ${features.id}; a run that continues it needs the same, with the same parameters`,
    );
  }
  return problems;
}

/** Told even when other settings or the detector are wrong. */
function imageSizeProblems(
  { imageSize }: TrainingSettings,
  extractor: ResolvedPlugin<'feature-extractor'> | undefined,
  field: readonly string[],
): Problem[] {
  // What is no whole number is out of range already.
  if (!extractor || !Number.isInteger(imageSize)) return [];
  const { id, sizeMultiple } = extractor.plugin;
  if (imageSize % sizeMultiple === 0) return [];
  const message = `imageSize is ${imageSize}: feature extractor ${id} needs a multiple of ${sizeMultiple}`;
  return [{ code: 'CONFIG_INVALID', message, field: [...field, 'settings', 'imageSize'], item: 'imageSize' }];
}

/** Rules between settings, detector, feature extractor and augmentations. */
function combinationProblems(
  parts: {
    detector: ResolvedPlugin<'detector'>;
    extractor: ResolvedPlugin<'feature-extractor'> | undefined;
    augmentations: readonly (ResolvedPlugin<'augmentation'> | undefined)[];
    settings: TrainingSettings;
    supervision: Supervision;
    startFrom: StartingPoint | undefined;
  },
  field: readonly string[],
): Problem[] {
  const { detector, extractor, settings, supervision, startFrom } = parts;
  const ofStage = (stage: 'image' | 'residual') =>
    parts.augmentations.filter((each) => each?.plugin.stage === stage).length;
  const choices = {
    settings,
    params: detector.params,
    supervision,
    ...(extractor && { featureLayers: extractor.plugin.layers(extractor.params) }),
    augmentations: { image: ofStage('image'), residual: ofStage('residual') },
    ...(startFrom?.detector.id === detector.record.id && {
      startFrom: { settings: startFrom.settings, params: startFrom.detector.params },
    }),
  };
  return detector.plugin.check(choices).map((found) => ({ ...found, field: [...field, ...(found.field ?? [])] }));
}
