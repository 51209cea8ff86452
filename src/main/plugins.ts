import path from 'node:path';
import { builtInPlugins } from '../../plugins/index.js';
import { inspectPlugin, ModelFiles, PluginRegistry } from '../plugin-host/index.js';
import type { ResiduaConfig } from '../shared/config.js';
import { createLogger } from '../shared/logger.js';

/**
 * Every plugin the configuration asks for, beside the built-in ones, each tried in a process of its own; what cannot be used is told in the
 * log.
 */
export async function loadPlugins({ plugins }: Pick<ResiduaConfig, 'plugins'>): Promise<PluginRegistry> {
  const registry = new PluginRegistry(
    builtInPlugins,
    await Promise.all(plugins.map((source) => inspectPlugin(source))),
  );
  for (const { id, problem } of registry.list()) {
    if (problem) createLogger('plugins').warn({ plugin: id, code: problem.code }, problem.message);
  }
  return registry;
}

/** The models folder of this installation. */
export function modelsOf({ home, downloadOrigins }: Pick<ResiduaConfig, 'home' | 'downloadOrigins'>): ModelFiles {
  return new ModelFiles(path.join(home, 'models'), { downloadOrigins });
}

/** The folder of this installation whose folders hold textures. */
export function texturesOf({ home }: Pick<ResiduaConfig, 'home'>): string {
  return path.join(home, 'textures');
}
