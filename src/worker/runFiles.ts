import type { ModelFile, ModelFileSource, PluginLog } from '../plugin-api/index.js';
import { nameOfSource } from '../plugin-host/index.js';
import type { RecordedModelFile } from '../shared/training.js';
import { asHost } from './training/pluginGuard.js';
import type { WorkerParts } from './workerParts.js';

/** The model files of one run, for the plugin that reads them. */
export class RunFiles {
  private readonly found = new Map<string, RecordedModelFile & { name: string }>();

  /** @param recorded with the run. */
  constructor(
    private readonly parts: Pick<WorkerParts, 'services' | 'blobs' | 'models'>,
    private readonly recorded: readonly RecordedModelFile[],
  ) {}

  /** What `PluginContext.modelFile` promises: what was recorded, from wherever it is; else what is here, or at the address. */
  async read(source: ModelFileSource, log: PluginLog): Promise<ModelFile> {
    const { blobs, models } = this.parts;
    const named = nameOfSource(source);
    const recorded = this.recorded.find((file) => file.source === named);
    if (recorded) return asHost(() => models.readRecorded(recorded, () => blobs.open(recorded.sha256), log));
    const { name, bytes, sha256 } = await models.read(source, log);
    this.found.set(named, { source: named, name, sha256, bytes: bytes.length });
    return { name, bytes, sha256 };
  }

  /**
   * Puts what was read and is not recorded where every worker finds it. Call it once the weights are known to be the right ones.
   * @returns what the run is to record; undefined when that is recorded already.
   */
  async keep(): Promise<RecordedModelFile[] | undefined> {
    if (this.found.size === 0) return undefined;
    return [...this.recorded, ...(await this.parts.services.modelFiles.store([...this.found.values()]))];
  }
}
