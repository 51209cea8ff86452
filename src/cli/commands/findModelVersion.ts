import {
  LatestModelVersionDocument,
  ModelVersionDocument,
  present,
  type ModelVersionInfo,
  type ResiduaClient,
} from '../../client/index.js';
import { modelReference } from './options.js';

/** The version a reference such as `tiles@champion` names; without version the newest. @throws RefusedError NOT_FOUND. */
export async function findModelVersion(client: ResiduaClient, reference: string): Promise<ModelVersionInfo> {
  const { model, version } = modelReference(reference);
  if (version !== undefined) {
    const { modelVersion } = await client.request(ModelVersionDocument, { model, version });
    return present(modelVersion, `model version ${reference}`);
  }
  const named = present((await client.request(LatestModelVersionDocument, { name: model })).model, `model ${model}`);
  return present(named.versions.nodes[0], `a version of model ${model}`);
}
