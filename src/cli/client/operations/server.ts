import { operation, type UserError } from './operation.js';

export interface ServerInfo {
  version: string;
  pluginApiVersion: number;
  computeBackend: string;
  database: string;
}
export const serverInfo = operation<{ server: ServerInfo }>(`
  query ServerInfo { server { version pluginApiVersion computeBackend database } }`);

export type PluginKindName = 'FEATURE_EXTRACTOR' | 'AUGMENTATION' | 'LOSS' | 'DETECTOR';
export interface PluginInfo {
  name: string;
  kind: PluginKindName;
  version: string;
  title: string;
  description: string;
  reference: string | null;
  paramsSchema: Record<string, unknown>;
  available: boolean;
  problem: UserError | null;
}
export const plugins = operation<{ plugins: PluginInfo[] }, { kind?: PluginKindName | undefined }>(`
  query Plugins($kind: PluginKind) {
    plugins(kind: $kind) {
      name kind version title description reference paramsSchema available problem { code message field item }
    }
  }`);
