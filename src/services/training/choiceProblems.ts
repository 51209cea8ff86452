import { isDeepStrictEqual } from 'node:util';
import type { AugmentationStage, DetectorChoices, DetectorUses } from '../../plugin-api/index.js';
import type { PluginRecord, ResolvedPlugin } from '../../plugin-host/index.js';
import type { Problem } from '../../shared/errors.js';
import { supervisions, type Supervision, type TrainingSettings } from '../../shared/training.js';
import type { PlanParts } from './planParts.js';
import type { StartingPoint, TrainingChoice } from './trainingPlan.js';

const stages: readonly AugmentationStage[] = ['image', 'residual'];

/** Choices that the detector would silently ignore or cannot tell apart, and what it needs and is not given. */
export function unusedChoices(choice: TrainingChoice, parts: PlanParts, field: readonly string[]): Problem[] {
  if (!parts.plugin) return [];
  const { id, uses, supervisions: served } = parts.plugin;
  const problems: Problem[] = [];
  const invalid = (name: string, message: string, item = id) =>
    problems.push({ code: 'CONFIG_INVALID', message, field: [...field, name], item });
  if (choice.loss && !uses.loss) invalid('loss', `detector ${id} uses no loss; leave out "${choice.loss.id}"`);
  if (!choice.loss && uses.loss && !parts.loss) invalid('loss', `detector ${id} needs a loss, and its preset has none`);
  if (choice.featureExtractor && !uses.features) {
    invalid('featureExtractor', `detector ${id} uses no feature extractor; leave out "${choice.featureExtractor.id}"`);
  }
  for (const stage of stages.filter((each) => !uses.augmentations.includes(each))) {
    const unused = parts.augmentations.filter((each) => each?.plugin.stage === stage);
    const names = unused.map((each) => `"${each!.record.id}"`).join(', ');
    if (names) invalid('augmentations', `detector ${id} uses no augmentations of ${stage}s; leave out ${names}`);
  }
  if (supervisions.includes(choice.supervision) && !served.includes(choice.supervision)) {
    invalid('supervision', `detector ${id} does not train ${choice.supervision}; it trains ${served.join(', ')}`);
  }
  const repeated = choice.augmentations?.find(({ id: each }, i, all) => all.findIndex((a) => a.id === each) < i);
  if (repeated) invalid('augmentations', `augmentations names "${repeated.id}" twice; one does all of it`, repeated.id);
  return problems;
}

/** A run continues from the same detector's work on the same features only, where the detector continues at all. */
export function continuationProblems(
  startFrom: StartingPoint | undefined,
  { plugin, extractor }: PlanParts,
  field: readonly string[],
): Problem[] {
  if (!startFrom) return [];
  const problems: Problem[] = [];
  const add = (name: string, message: string) =>
    problems.push({ code: 'CONFIG_INVALID', message, field: [...field, name] });
  const [made, id] = [startFrom.detector.id, plugin?.id];
  if (plugin && !plugin.continues) {
    const message = `detector ${id} cannot continue from a model version: it always learns from nothing`;
    add('fromModelVersionId', `${message}; leave fromModelVersionId out`);
  }
  if (plugin && id !== made) {
    const message = `the model version was trained by detector ${made}; detector ${id} cannot continue from it`;
    add('fromModelVersionId', message);
  }
  const features = startFrom.featureExtractor;
  if (features && extractor && !isSame(extractor, features)) {
    const message = `the model version was trained on features of ${features.id}; a run that continues it needs the same, with the same parameters`;
    add('featureExtractor', message);
  }
  return problems;
}

/** A parameter that is younger than the record has its default in it. */
function isSame({ plugin, params }: ResolvedPlugin<'feature-extractor'>, recorded: PluginRecord): boolean {
  if (plugin.id !== recorded.id) return false;
  const then = plugin.params.safeParse(recorded.params);
  return then.success && isDeepStrictEqual(params, then.data);
}

/** Told even when other choices are wrong. */
export function imageSizeProblems(
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

/** What a detector's rules are about. */
interface Combination {
  settings: TrainingSettings;
  supervision: Supervision;
  startFrom: StartingPoint | undefined;
}

/** What a detector is asked about a choice; nothing where too much of it is wrong to be asked. */
export function detectorChoices(
  { plugin, params, extractor, augmentations }: PlanParts,
  { settings, supervision, startFrom }: Combination,
): DetectorChoices<Record<string, unknown>, DetectorUses> | undefined {
  if (!plugin || !params || (plugin.uses.features && !extractor)) return undefined;
  const ofStage = (stage: AugmentationStage) => augmentations.filter((each) => each?.plugin.stage === stage).length;
  return {
    settings,
    params: params.values,
    supervision,
    ...(plugin.uses.features && { featureLayers: extractor!.plugin.layers(extractor!.params) }),
    augmentations: { image: ofStage('image'), residual: ofStage('residual') },
    ...(startFrom?.detector.id === plugin.id && {
      startFrom: { settings: startFrom.settings, params: recordedParams(plugin, startFrom.detector) },
    }),
  };
}

/** As `isSame` reads them: a parameter that is younger than the record has its default in it. */
function recordedParams(
  { params }: Pick<NonNullable<PlanParts['plugin']>, 'params'>,
  recorded: PluginRecord,
): Record<string, unknown> {
  const then = params.safeParse(recorded.params);
  return then.success ? then.data : recorded.params;
}

/**
 * What the detector says of settings, parameters, features and augmentations together. Its rules about parameters that are wrong by
 * themselves say nothing.
 */
export function combinationProblems(parts: PlanParts, combination: Combination, field: readonly string[]): Problem[] {
  const choices = detectorChoices(parts, combination);
  if (!choices) return [];
  return parts
    .plugin!.check(choices)
    .filter((found) => !parts.params!.wrong.some((name) => isAbout(found, name)))
    .map((found) => ({ ...found, field: [...field, ...(found.field ?? [])] }));
}

function isAbout({ message, item }: Problem, name: string): boolean {
  return item === name || message.split(/[^\w.]+/).some((word) => word === name || word.startsWith(`${name}.`));
}
