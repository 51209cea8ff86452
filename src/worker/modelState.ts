import { everything } from '../access/index.js';
import type { ModelVersionEntity } from '../services/records.js';
import { modelFile } from '../services/storedFiles.js';
import { decodeDetectorState, type StoredState } from './detectorArtifact.js';
import type { WorkerParts } from './workerParts.js';

/** The state of a model version. @throws ProblemError NOT_FOUND, ARTIFACT_CORRUPT, naming the version; MODEL_WEIGHTS_INVALID. */
export async function readModelState(
  { services, blobs }: Pick<WorkerParts, 'services' | 'blobs'>,
  version: ModelVersionEntity,
): Promise<StoredState> {
  const [model] = await services.models.byIds(everything, [version.modelId]);
  const name = `${model!.name}@${version.version}`;
  const bytes = await modelFile(version.artifactSha256, name, (sha256) => blobs.read(sha256));
  return decodeDetectorState(bytes, 'artifact');
}
