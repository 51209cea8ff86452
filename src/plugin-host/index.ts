export type { FetchProgress } from './modelDownload.js';
export { ModelFiles, nameOfSource, type FetchSource, type ModelFilesOptions } from './modelFiles.js';
export { inspectPlugin, type InspectedPlugin } from './inspectPlugin.js';
export { hideSecrets } from './pluginEnvironment.js';
export { answerOne, askProcess } from './pluginProcess.js';
export type { PluginFacts } from './pluginFacts.js';
export {
  PluginNotLoaded,
  PluginRegistry,
  type PluginChoice,
  type PluginListing,
  type PluginRecord,
  type ResolvedPlugin,
} from './pluginRegistry.js';
