import type { Supervision, TrainingSettings } from '../shared/training.js';

/** A plugin by its id, and the parameters that are not left at their defaults. */
export interface PresetPlugin {
  id: string;
  params?: Readonly<Record<string, unknown>>;
}

/**
 * A named starting point of a detector for one supervision, all of which a caller can override. Where a detector states none of
 * the name `cpu-small` or `cpu-medium`, the host has one with images of that size and the detector's defaults.
 */
export interface DetectorPreset<Params> {
  /** Unique among the detector's of that supervision. */
  name: string;
  /** What it is made for. */
  description: string;
  supervision: Supervision;
  settings: TrainingSettings;
  /** Those that are not left at their defaults. */
  params: Partial<Params>;
  /** Where the detector uses one; left out: the default one. */
  featureExtractor?: PresetPlugin;
  /** In order, of stages that the detector uses. */
  augmentations?: readonly PresetPlugin[];
  /** Where the detector uses one. */
  loss?: PresetPlugin;
}
