/** What a run records of a plugin it used: readable when the plugin is gone, and a later mismatch is noticed. */
export interface PluginRecord {
  id: string;
  kind: 'feature-extractor' | 'augmentation' | 'loss' | 'detector' | 'sink' | 'source';
  version: string;
  /** sha256: of the package's files for an outside plugin, of id, version and parameter schema for a built-in one. */
  digest: string;
  params: Record<string, unknown>;
  /** Of a detector: version of the states it makes; 1 where nothing was recorded. */
  stateVersion?: number | undefined;
}
