import type { DetectorPreset, PresetPlugin } from '../../plugin-api/index.js';
import type { PluginFacts, PluginRegistry } from '../../plugin-host/index.js';
import { problem } from '../../shared/errors.js';
import type { Supervision } from '../../shared/training.js';

/** A starting point of one detector for one supervision. */
export interface TrainingPreset extends DetectorPreset<Record<string, unknown>> {
  augmentations: readonly PresetPlugin[];
  /** The detector's id. */
  detector: string;
}

/** The detector where a caller names none, the preset, and the features of those that state none. */
export const defaultDetector = 'semirest';
/** The preset of who names none. */
export const defaultPreset = 'cpu-small';
const defaultFeatureExtractor = { id: 'mobilenet-v3' };

/** Presets that every detector has, by itself or with its defaults on images of this size. */
const sizes = [
  { name: 'cpu-small', imageSize: 256 },
  { name: 'cpu-medium', imageSize: 384 },
].map(({ name, imageSize }) => ({
  name,
  description: `Images of ${imageSize} x ${imageSize} pixels, the detector's defaults.`,
  settings: { imageSize, smoothingSigma: 4 },
}));

/** The presets of a detector: those it states, and the sizes that it states none for. */
function presetsOf({ id, detector }: PluginFacts): TrainingPreset[] {
  const { supervisions, uses, presets } = detector!;
  const stated = (name: string, supervision: Supervision) =>
    presets.some((preset) => preset.name === name && preset.supervision === supervision);
  const others = sizes.flatMap((size) =>
    supervisions
      .filter((supervision) => !stated(size.name, supervision))
      .map((supervision) => ({ ...size, supervision, params: {} })),
  );
  return [...presets, ...others].map((preset) => ({
    ...(uses.features && { featureExtractor: defaultFeatureExtractor }),
    augmentations: [],
    ...preset,
    detector: id,
  }));
}

/** Every preset of every detector, or of one. */
export function trainingPresets(registry: PluginRegistry, detector?: string | null): TrainingPreset[] {
  return registry
    .facts('detector')
    .filter(({ id }) => !detector || id === detector)
    .flatMap(presetsOf);
}

/**
 * The preset of a name for a detector and a supervision. For a detector or a supervision that is not served, which is told elsewhere,
 * any preset of the name, so that the rest can be checked.
 * @throws ProblemError CONFIG_INVALID when there is none.
 */
export function findPreset(
  registry: PluginRegistry,
  { detector, name, supervision }: { detector: string; name: string; supervision: Supervision },
  field: readonly string[],
): TrainingPreset {
  const known = registry.facts('detector').some(({ id }) => id === detector);
  const all = trainingPresets(registry, known ? detector : null);
  const named = all.filter((preset) => preset.name === name);
  const served = all.some((preset) => preset.supervision === supervision);
  const found = named.find((preset) => preset.supervision === supervision) ?? (served && known ? undefined : named[0]);
  if (found) return known ? found : { ...found, detector, params: {} };
  const names = [...new Set(all.map((preset) => preset.name))].join(', ');
  const message =
    named.length === 0
      ? `there is no preset "${name}"${known ? ` of detector ${detector}` : ''}; known: ${names}`
      : `preset "${name}" of detector ${detector} does not serve ${supervision}; it serves ${named.map((preset) => preset.supervision).join(', ')}`;
  throw problem('CONFIG_INVALID', message, { field: [...field, 'preset'], item: name });
}
