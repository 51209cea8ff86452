export { loadPlugin, type LoadedPlugin } from './loadPlugin.js';
export {
  PluginRegistry,
  type PluginChoice,
  type PluginListing,
  type PluginRecord,
  type ResolvedPlugin,
} from './pluginRegistry.js';
