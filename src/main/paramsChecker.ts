import { askProcess, PluginNotLoaded, type InspectedPlugin, type PluginRegistry } from '../plugin-host/index.js';
import type { PluginParams } from '../services/pluginParams.js';
import { problem, ProblemError, type Problem } from '../shared/errors.js';

/** What the process that checks parameters is asked. */
export interface ParamsQuestion {
  plugins: readonly InspectedPlugin[];
  choice: Parameters<PluginParams['resolve']>;
}
export type ParamsAnswer = { params: Record<string, unknown> } | { problems: readonly Problem[] };

/**
 * Checks parameters without ever running code of outside plugins in this process: theirs are checked by a process of its own, which is
 * killed when it takes too long.
 */
export function paramsChecker(registry: PluginRegistry, milliseconds = 10_000): PluginParams {
  return {
    resolve: async (kind, choice, field) => {
      try {
        return registry.resolve(kind, choice, field).params;
      } catch (error) {
        if (!(error instanceof PluginNotLoaded)) throw error;
        return checkElsewhere({ plugins: registry.inspected, choice: [kind, choice, field] }, milliseconds);
      }
    },
    isOnServer: (kind, id) => registry.facts(kind).some((facts) => facts.id === id && facts.onServer),
  };
}

async function checkElsewhere(question: ParamsQuestion, milliseconds: number): Promise<Record<string, unknown>> {
  const [kind, { id }] = question.choice;
  const outcome = await askProcess<ParamsAnswer>(new URL('./paramsChild', import.meta.url), question, milliseconds);
  if (outcome.how === 'answered') {
    if ('params' in outcome.answer) return outcome.answer.params;
    const [first, ...rest] = outcome.answer.problems;
    throw new ProblemError([first!, ...rest]);
  }
  const what =
    outcome.how === 'late' ? `did not come back within ${milliseconds / 1000} s` : `failed: ${outcome.words}`;
  throw problem('PLUGIN_CRASHED', `checking parameters of the ${kind} plugin ${id} ${what}`, { item: id });
}
