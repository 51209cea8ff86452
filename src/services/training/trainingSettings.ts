import { z } from 'zod';
import type { Problem } from '../../shared/errors.js';
import type { TrainingSettings } from '../../shared/training.js';

/** The range of every setting. Units stand at {@link TrainingSettings}. */
export const settingsSchema = z.strictObject({
  imageSize: z.int().min(32).max(2048),
  smoothingSigma: z.number().min(0).max(64),
}) satisfies z.ZodType<TrainingSettings>;

/**
 * The preset's settings with the caller's laid over them, and everything wrong with the result.
 * @param field input path of the settings.
 */
export function mergeSettings(
  preset: TrainingSettings,
  overrides: { readonly [Name in keyof TrainingSettings]?: number | null | undefined },
  field: readonly string[],
): { settings: TrainingSettings; problems: Problem[] } {
  const given = Object.fromEntries(
    Object.entries(overrides).filter(([, value]) => value !== undefined && value !== null),
  );
  const settings = { ...preset, ...given };
  const problems = (settingsSchema.safeParse(settings).error?.issues ?? []).map((issue): Problem => {
    const name = String(issue.path[0] ?? '');
    const value = JSON.stringify(settings[name as keyof TrainingSettings]) ?? 'nothing';
    return {
      code: 'CONFIG_INVALID',
      message: `${name} is ${value}: ${issue.message}`,
      field: [...field, name],
      item: name,
    };
  });
  return { settings, problems };
}
