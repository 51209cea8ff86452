import type { DataSource } from 'typeorm';
import type { Readable } from 'node:stream';
import { TrainingRunEntity } from '../../database/entities/index.js';
import type { BlobStore } from '../../files/index.js';
import type { ModelFileSource } from '../../plugin-api/index.js';
import { nameOfSource, type ModelFiles } from '../../plugin-host/index.js';
import { collectProblems, problem, throwIfProblems, type Problem } from '../../shared/errors.js';
import type { RecordedModelFile } from '../../shared/training.js';

/** A model file that a run is about to record. */
export interface UsedModelFile extends RecordedModelFile {
  /** Its name in the models folder of this process; undefined where the blob store has it already. */
  name: string | undefined;
}

interface Dependencies {
  dataSource: DataSource;
  blobs: BlobStore;
  /** Of this process. */
  folder: Pick<ModelFiles, 'find' | 'open' | 'missing'>;
}

/** Model files that runs record: in the blob store, so that every worker has them. */
export class ModelFileStore {
  constructor(private readonly parts: Dependencies) {}

  /**
   * Finds what a plugin names: recorded with the run to continue from, in the models folder of this process, or, by the sha256 that is asked
   * for, in the blob store. What an address or a sha256 says and is nowhere yet is left to the worker that trains.
   * @param field input path of the plugin.
   * @throws ProblemError MODEL_INVALID for a mere name that is nowhere, MODEL_UNSAFE_PATH, MODEL_FORMAT_UNSUPPORTED, MODEL_TOO_LARGE, ARTIFACT_CORRUPT; of all files at once.
   */
  async find(
    sources: readonly ModelFileSource[],
    inherited: readonly RecordedModelFile[],
    field: readonly string[],
  ): Promise<UsedModelFile[]> {
    const problems: Problem[] = [];
    const found: UsedModelFile[] = [];
    for (const each of sources) {
      const source = nameOfSource(each);
      const before = inherited.find((file) => file.source === source);
      const file = before
        ? { ...before, name: undefined }
        : await collectProblems(problems, () => this.findOne(source, each));
      if (file) found.push(file);
    }
    throwIfProblems(problems.map((each) => ({ ...each, field: [...field] })));
    return found;
  }

  /**
   * Puts files where every worker finds them, each once.
   * @returns what the run records.
   * @throws ProblemError ARTIFACT_CORRUPT when a file changed since it was looked at, STORAGE_FULL.
   */
  async store(files: readonly UsedModelFile[]): Promise<RecordedModelFile[]> {
    const recorded: RecordedModelFile[] = [];
    for (const { name, source, sha256, bytes } of files) {
      if (name !== undefined && !(await this.isKept(sha256))) {
        await this.put({ source, sha256, bytes }, await this.parts.folder.open(name));
      }
      recorded.push({ source, sha256, bytes });
    }
    return recorded;
  }

  /** Stores bytes that should be those of a recorded file. @throws ProblemError ARTIFACT_CORRUPT, STORAGE_FULL. */
  async put({ source, sha256, bytes }: RecordedModelFile, content: Readable): Promise<void> {
    const accept = (blob: { sha256: string }) => {
      if (blob.sha256 === sha256) return;
      const message = `${source} has sha256 ${blob.sha256}; expected ${sha256}`;
      throw problem('ARTIFACT_CORRUPT', message, { item: source });
    };
    await this.parts.blobs.put(content, { accept, maximumBytes: bytes });
  }

  /** Records what a worker found for a run of which nothing was recorded. */
  async record(runId: string, modelFiles: RecordedModelFile[]): Promise<void> {
    await this.parts.dataSource.getRepository(TrainingRunEntity).update({ jobId: runId }, { modelFiles });
  }

  private async findOne(source: string, wanted: ModelFileSource): Promise<UsedModelFile | undefined> {
    const here = await this.parts.folder.find(wanted);
    if (here) return { source, ...here };
    const { sha256 } = wanted;
    // Every address has one.
    if (sha256 === undefined) throw await this.parts.folder.missing(source);
    if (!(await this.isKept(sha256))) return undefined;
    return { source, sha256, bytes: (await this.parts.blobs.size(sha256))!, name: undefined };
  }

  /** Whether a run keeps it in the store: what nothing refers to may be about to be collected. */
  private async isKept(sha256: string): Promise<boolean> {
    const isReferenced = await this.parts.dataSource
      .getRepository(TrainingRunEntity)
      .createQueryBuilder('run')
      .where('run.modelFiles @> :files', { files: JSON.stringify([{ sha256 }]) })
      .getExists();
    return isReferenced && (await this.parts.blobs.has(sha256));
  }
}
