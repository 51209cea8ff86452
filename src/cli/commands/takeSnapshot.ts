import { accepted, CreateSnapshotDocument, present, type ResiduaClient } from '../../client/index.js';
import { findDataset } from './findDataset.js';

/** Freezes the data set of this name. @returns the snapshot's id. @throws RefusedError NOT_FOUND. */
export async function takeSnapshot(client: ResiduaClient, name: string): Promise<string> {
  const dataset = await findDataset(client, name);
  const payload = await client.request(CreateSnapshotDocument, { input: { datasetId: dataset.id } });
  return present(accepted(payload.createSnapshot).snapshot, 'snapshot').id;
}
