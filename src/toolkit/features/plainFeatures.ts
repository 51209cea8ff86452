import type { DetectorChoices, PredictionContext, Problem } from '../../plugin-api/index.js';
import { featureDimensionProblems } from './featureDimension.js';

/** The context of a method to which the position says nothing: features without the position code. */
export function withoutPosition<Context extends Pick<PredictionContext<unknown>, 'settings'>>(
  context: Context,
): Context {
  return { ...context, settings: { ...context.settings, positionWeight: 0 } };
}

/** Problems of the choices of a method that reads plain hyper-columns and nothing else. */
export function plainFeatureProblems(choices: DetectorChoices<unknown>): Problem[] {
  return featureDimensionProblems(choices, 'plain');
}
