import type { z } from 'zod';
import type { DetectorPlugin, PredictionContext } from '../../plugin-api/index.js';
import { ComputeFailure } from '../../shared/computeFailure.js';

/** Waits for a training. Where it fails for want of memory, the message names the settings and parameters that take less when they are smaller. */
export async function withMemoryAdvice<T>(
  { memoryParams = [] }: Pick<DetectorPlugin<z.ZodObject>, 'memoryParams'>,
  { settings, params }: Pick<PredictionContext<Record<string, unknown>>, 'settings' | 'params'>,
  training: Promise<T>,
): Promise<T> {
  try {
    return await training;
  } catch (error) {
    if (!(error instanceof ComputeFailure) || error.code !== 'OUT_OF_MEMORY') throw error;
    const chosen = [
      `settings.imageSize (${settings.imageSize})`,
      ...memoryParams.map((name) => `detector.params.${name} (${String(params[name])})`),
    ];
    const message = `${error.message}. Less takes a smaller ${chosen.join(', ')}`;
    throw new ComputeFailure(error.code, message, error.engineIsLost);
  }
}
