import {
  eachOf,
  nodeOf,
  VersionEvaluationsDocument,
  type ListedEvaluationFragment,
  type ResiduaClient,
} from '../../client/index.js';
import { findModelVersion } from './findModelVersion.js';

/** The evaluations of the version that a reference names, newest first. @throws RefusedError NOT_FOUND. */
export async function evaluationsOf(
  client: ResiduaClient,
  reference: string,
): Promise<AsyncGenerator<ListedEvaluationFragment>> {
  const { id } = await findModelVersion(client, reference);
  return eachOf(async (after) => {
    return nodeOf((await client.request(VersionEvaluationsDocument, { id, after })).node, reference).evaluations;
  });
}
