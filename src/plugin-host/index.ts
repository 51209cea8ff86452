export { ModelFiles, type FetchProgress, type FetchSource, type ModelFilesOptions } from './modelFiles.js';
export { loadPlugin, type LoadedPlugin } from './loadPlugin.js';
export {
  PluginRegistry,
  type PluginChoice,
  type PluginListing,
  type PluginRecord,
  type ResolvedPlugin,
} from './pluginRegistry.js';
