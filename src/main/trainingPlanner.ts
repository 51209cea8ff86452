import { askProcess, PluginNotLoaded, type InspectedPlugin, type PluginRegistry } from '../plugin-host/index.js';
import { planHere, type PlannedTraining, type TrainingPlanner } from '../services/training/planner.js';
import { problem, ProblemError, type Problem } from '../shared/errors.js';

/** What the process that plans is asked. */
export interface PlanningQuestion {
  plugins: readonly InspectedPlugin[];
  choice: Parameters<TrainingPlanner>;
}
export type PlanningAnswer = { planned: PlannedTraining } | { problems: readonly Problem[] };

/**
 * Plans trainings without ever running code of outside plugins in this process: where a choice needs some, a process of its own plans,
 * and is killed when it takes too long.
 * @param milliseconds that plugins may think about a choice.
 */
export function trainingPlanner(registry: PluginRegistry, milliseconds = 10_000): TrainingPlanner {
  return async (...choice) => {
    try {
      return planHere(registry, ...choice);
    } catch (error) {
      if (!(error instanceof PluginNotLoaded)) throw error;
      return planElsewhere({ plugins: registry.inspected, choice }, error, milliseconds);
    }
  };
}

async function planElsewhere(
  question: PlanningQuestion,
  { kind, id }: PluginNotLoaded,
  milliseconds: number,
): Promise<PlannedTraining> {
  const child = new URL('./planningChild', import.meta.url);
  const outcome = await askProcess<PlanningAnswer>(child, question, milliseconds);
  if (outcome.how === 'answered') {
    if ('planned' in outcome.answer) return outcome.answer.planned;
    const [first, ...rest] = outcome.answer.problems;
    throw new ProblemError([first!, ...rest]);
  }
  const what =
    outcome.how === 'late' ? `did not come back within ${milliseconds / 1000} s` : `failed: ${outcome.words}`;
  throw problem('PLUGIN_CRASHED', `checking a training with the ${kind} plugin ${id} ${what}`, { item: id });
}
