import { DatasetByNameDocument, present, type DatasetInfo, type ResiduaClient } from '../../client/index.js';

/** The data set of this name. @throws RefusedError NOT_FOUND. */
export async function findDataset(client: ResiduaClient, name: string): Promise<DatasetInfo> {
  return present((await client.request(DatasetByNameDocument, { name })).dataset, `data set ${name}`);
}
