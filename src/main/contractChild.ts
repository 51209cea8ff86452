/** The process in which `residua plugins check` holds a plugin to its contract. */
import { builtInPlugins } from '../../plugins/index.js';
import { createCompute, importOnnx } from '../compute/index.js';
import { checkContract, type RuleOutcome } from '../plugin-contract/index.js';
import { answerOne, PluginRegistry, type InspectedPlugin } from '../plugin-host/index.js';
import { ProblemError, type Problem } from '../shared/errors.js';
import { modelsOf } from './plugins.js';

/** What is asked: a plugin that was tried, its parameters, and where model files are. */
export interface ContractQuestion {
  plugin: InspectedPlugin & { problem: null };
  params: Record<string, unknown>;
  home: string;
}
export type ContractAnswer = { outcomes: RuleOutcome[] } | { problems: readonly Problem[] };

answerOne<ContractQuestion, ContractAnswer>(async ({ plugin, params, home }) => {
  const registry = new PluginRegistry(builtInPlugins, [plugin]);
  const compute = await createCompute();
  const models = modelsOf({ home, downloadOrigins: [] });
  const log = { info: () => undefined, warn: () => undefined };
  const context = { cacheDirectory: home, modelFile: models.read.bind(models), importOnnx, log };
  const { kind, id } = plugin.facts;
  try {
    return { outcomes: await checkContract(registry, kind, { id, params }, { compute, context }) };
  } catch (error) {
    if (error instanceof ProblemError) return { problems: error.problems };
    throw error;
  }
});
