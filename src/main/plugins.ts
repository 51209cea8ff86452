import path from 'node:path';
import { builtInPlugins } from '../../plugins/index.js';
import { loadPlugin, ModelFiles, PluginRegistry } from '../plugin-host/index.js';
import type { ResiduaConfig } from '../shared/config.js';

/** Every plugin the configuration asks for, beside the built-in ones. */
export async function loadPlugins({ plugins }: Pick<ResiduaConfig, 'plugins'>): Promise<PluginRegistry> {
  return new PluginRegistry(builtInPlugins, await Promise.all(plugins.map((source) => loadPlugin(source))));
}

/** The models folder of this installation. */
export function modelsOf({ home, downloadOrigins }: Pick<ResiduaConfig, 'home' | 'downloadOrigins'>): ModelFiles {
  return new ModelFiles(path.join(home, 'models'), { downloadOrigins });
}
