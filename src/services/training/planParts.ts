import type { DetectorPlugin, DetectorUses, PluginKind } from '../../plugin-api/index.js';
import type { PluginChoice, PluginRegistry, ResolvedPlugin } from '../../plugin-host/index.js';
import { collectProblems, type Problem } from '../../shared/errors.js';
import type { z } from 'zod';
import type { StartingPoint, TrainingChoice } from './trainingPlan.js';
import type { TrainingPreset } from './trainingPresets.js';

/** The plugins of a training, each undefined where what was chosen is wrong; the problems say why. */
export interface PlanParts {
  /** Also where its parameters are wrong. */
  plugin: DetectorPlugin<z.ZodObject> | undefined;
  detector: ResolvedPlugin<'detector'> | undefined;
  /** Parameters that can be checked against the rest: those that are wrong are the preset's. */
  params: CheckedParams | undefined;
  extractor: ResolvedPlugin<'feature-extractor'> | undefined;
  augmentations: (ResolvedPlugin<'augmentation'> | undefined)[];
  loss: ResolvedPlugin<'loss'> | undefined;
}

/** Parameters of a detector, and the names of those that were wrong. */
export interface CheckedParams {
  values: Record<string, unknown>;
  wrong: string[];
}

/** Of a detector that is not known: what a caller names is checked all the same. */
const usesEverything: DetectorUses = { features: true, augmentations: ['image', 'residual'], loss: true };

/** Finds what a choice names, and in its preset what it does not name and the detector uses. Adds what is wrong to `problems`. */
export function resolveParts(
  registry: PluginRegistry,
  choice: TrainingChoice,
  {
    preset,
    startFrom,
    field,
  }: { preset: TrainingPreset; startFrom: StartingPoint | undefined; field: readonly string[] },
  problems: Problem[],
): PlanParts {
  const resolve = <K extends PluginKind>(kind: K, plugin: PluginChoice, at: string[]): ResolvedPlugin<K> | undefined =>
    collectProblems(problems, () => registry.resolve(kind, plugin, [...field, ...at]));
  const { detector: id } = preset;
  const given = choice.detector?.params ?? {};
  const plugin = registry.plugins('detector').find((each) => each.id === id);
  const uses = plugin?.uses ?? usesEverything;
  const ofPreset = startFrom?.featureExtractor ?? preset.featureExtractor;
  const features = choice.featureExtractor ?? (uses.features ? ofPreset : undefined);
  const loss = choice.loss ?? (uses.loss ? preset.loss : undefined);
  const extractor = features && resolve('feature-extractor', features, ['featureExtractor']);
  const base = plugin ? fittedParams(plugin, { preset: preset.params, given }, extractor) : preset.params;
  const params = laidOver(base, given);
  return {
    plugin,
    detector: resolve('detector', { id, params }, ['detector']),
    params: plugin && checkedParams(plugin, params, base),
    extractor,
    augmentations: (choice.augmentations ?? preset.augmentations).map((each, i) =>
      resolve('augmentation', each, ['augmentations', String(i)]),
    ),
    loss: loss && resolve('loss', loss, ['loss']),
  };
}

/** A preset's parameters, with what the detector fits to the features in place of those that do not. */
function fittedParams(
  plugin: DetectorPlugin<z.ZodObject>,
  { preset, given }: Record<'preset' | 'given', Readonly<Record<string, unknown>>>,
  extractor: ResolvedPlugin<'feature-extractor'> | undefined,
): Readonly<Record<string, unknown>> {
  const params = checkedParams(plugin, laidOver(preset, given), preset)?.values;
  if (!plugin.fitParams || !params || (plugin.uses.features && !extractor)) return preset;
  const features = plugin.uses.features && { featureLayers: extractor!.plugin.layers(extractor!.params) };
  return laidOver(preset, plugin.fitParams({ params, ...features }));
}

/** Parameters with others laid over them, group by group: naming one of a group keeps the rest of it. */
function laidOver(base: Readonly<Record<string, unknown>>, over: Readonly<Record<string, unknown>>) {
  const isGroup = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const below = merged[name];
    merged[name] = isGroup(value) && isGroup(below) ? laidOver(below, value) : value;
  }
  return merged;
}

function checkedParams(
  { params: schema }: DetectorPlugin<z.ZodObject>,
  given: Readonly<Record<string, unknown>>,
  preset: Readonly<Record<string, unknown>>,
): CheckedParams | undefined {
  const shape = schema.shape as Readonly<Record<string, z.ZodType>>;
  const fits = (name: string) => shape[name]?.safeParse(given[name]).success === true;
  const wrong = Object.keys(given).filter((name) => !fits(name));
  const right = Object.entries(given).filter(([name]) => fits(name));
  const parsed = schema.safeParse({ ...preset, ...Object.fromEntries(right) });
  return parsed.success ? { values: parsed.data, wrong } : undefined;
}
