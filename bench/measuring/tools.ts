import { writeFileSync } from 'node:fs';
import { builtInPlugins } from '../../plugins/index.js';
import { importOnnx } from '../../src/compute/index.js';
import { ModelFiles, PluginRegistry } from '../../src/plugin-host/index.js';
import { planTraining, type TrainingChoice } from '../../src/services/training/trainingPlan.js';
import type { Compute } from '../../src/shared/compute.js';
import { resnetUpTo, wideResnet50 } from '../../src/toolkit/index.js';
import { randomResnetWeights } from '../../test/support/randomWeights.js';
import { openPlan, type OpenPlan, type Tools } from '../../src/plugin-contract/openPlan.js';
import type { Exchange } from './python.js';

/** The built-in plugins, with an exchange folder as their models folder. */
export function benchTools(compute: Compute, { folder }: Exchange): Tools {
  const models = new ModelFiles(folder);
  return {
    compute,
    registry: new PluginRegistry(builtInPlugins),
    files: { cacheDirectory: folder, modelFile: (source) => models.read(source), importOnnx },
    say: () => undefined,
  };
}

/** Random weights under the name that wide-resnet50 looks for. @param layers of how many layers. @returns the file. */
export function writeWideResnet(exchange: Exchange, layers = 3): string {
  const file = exchange.pathOf('wide-resnet50.safetensors');
  writeFileSync(file, randomResnetWeights(resnetUpTo(wideResnet50, layers), 1));
  return file;
}

/** Opens a training of the product, everything that is not chosen from its preset. */
export function openChoice(choice: TrainingChoice, compute: Compute, exchange: Exchange): Promise<OpenPlan> {
  const tools = benchTools(compute, exchange);
  return openPlan(planTraining(tools.registry, choice, []), choice.supervision, tools);
}
