import type { PluginChoice } from '../plugin-host/index.js';
import type { PluginKind } from '../plugin-api/index.js';

/** Finds plugins and checks their parameters in a process that must not run code of outside plugins. */
export interface PluginParams {
  /**
   * The parameters of a choice, with defaults.
   * @throws ProblemError CONFIG_INVALID for an unknown name, PLUGIN_PARAMS_INVALID, the load problem of a broken plugin, PLUGIN_CRASHED.
   */
  resolve(kind: PluginKind, choice: PluginChoice, field: readonly string[]): Promise<Record<string, unknown>>;
  /** Whether a plugin touches what lies on the server; false for one that is not here. */
  isOnServer(kind: PluginKind, id: string): boolean;
}
