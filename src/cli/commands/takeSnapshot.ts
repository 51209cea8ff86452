import { accepted, present } from '../client/errors.js';
import type { GraphqlClient } from '../client/graphqlClient.js';
import { createSnapshot, datasetByName } from '../client/operations/index.js';

/** Freezes the data set of this name. @returns the snapshot's id. @throws ProblemError NOT_FOUND. */
export async function takeSnapshot(client: GraphqlClient, name: string): Promise<string> {
  const dataset = present((await client.request(datasetByName, { name })).dataset, `data set ${name}`);
  const payload = await client.request(createSnapshot, { input: { datasetId: dataset.id } });
  return present(accepted(payload.createSnapshot).snapshot, 'snapshot').id;
}
