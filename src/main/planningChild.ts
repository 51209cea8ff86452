/** The process that plans a training with plugins from outside for `trainingPlanner`. */
import { builtInPlugins } from '../../plugins/index.js';
import { answerOne, PluginNotLoaded, PluginRegistry } from '../plugin-host/index.js';
import { planHere } from '../services/training/planner.js';
import { problem, ProblemError } from '../shared/errors.js';
import type { PlanningAnswer, PlanningQuestion } from './trainingPlanner.js';

answerOne<PlanningQuestion, PlanningAnswer>(async ({ plugins, choice }) => {
  const registry = new PluginRegistry(builtInPlugins, plugins);
  let asked: PluginNotLoaded | undefined;
  for (;;) {
    try {
      return { planned: planHere(registry, ...choice) };
    } catch (error) {
      if (error instanceof ProblemError) return { problems: error.problems };
      if (!(error instanceof PluginNotLoaded)) return { problems: crashed(error, asked) };
      asked = error;
    }
    try {
      await registry.load(asked.kind, asked.id);
    } catch (error) {
      return { problems: error instanceof ProblemError ? error.problems : crashed(error, asked) };
    }
  }
});

function crashed(error: unknown, asked: PluginNotLoaded | undefined) {
  const text = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : String(error);
  const message = `checking a training with the plugin ${asked?.id ?? 'of its choice'} failed: ${text}`;
  return problem('PLUGIN_CRASHED', message, asked && { item: asked.id }).problems;
}
