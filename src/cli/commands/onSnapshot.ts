import {
  accepted,
  CreateSnapshotDocument,
  DeleteSnapshotDocument,
  present,
  type ResiduaClient,
} from '../../client/index.js';
import { findDataset } from './findDataset.js';

/**
 * Freezes the data set of this name and starts something on it. When that is refused the snapshot goes again: nobody knows of it.
 * @throws RefusedError NOT_FOUND for the data set; what `start` throws.
 */
export async function onSnapshot<Started>(
  client: ResiduaClient,
  name: string,
  start: (snapshotId: string) => Promise<Started>,
): Promise<Started> {
  const dataset = await findDataset(client, name);
  const payload = await client.request(CreateSnapshotDocument, { input: { datasetId: dataset.id } });
  const { id } = present(accepted(payload.createSnapshot).snapshot, 'snapshot');
  try {
    return await start(id);
  } catch (error) {
    // Where the answer got lost the server keeps it for what was started.
    await client.request(DeleteSnapshotDocument, { input: { id } }).catch(() => undefined);
    throw error;
  }
}
