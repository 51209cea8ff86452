/** The process that checks parameters of plugins from outside for `paramsChecker`. */
import { builtInPlugins } from '../../plugins/index.js';
import { answerOne, PluginRegistry } from '../plugin-host/index.js';
import { problem, ProblemError } from '../shared/errors.js';
import type { ParamsAnswer, ParamsQuestion } from './paramsChecker.js';

answerOne<ParamsQuestion, ParamsAnswer>(async ({ plugins, choice: [kind, choice, field] }) => {
  const registry = new PluginRegistry(builtInPlugins, plugins);
  try {
    await registry.load(kind, choice.id);
    return { params: registry.resolve(kind, choice, field).params };
  } catch (error) {
    if (error instanceof ProblemError) return { problems: error.problems };
    const text = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : String(error);
    const message = `checking parameters of the ${kind} plugin ${choice.id} failed: ${text}`;
    return { problems: problem('PLUGIN_CRASHED', message, { item: choice.id }).problems };
  }
});
