import { accepted, present } from '../client/errors.js';
import type { GraphqlClient } from '../client/graphqlClient.js';
import {
  datasetByName,
  predictDataset,
  predictedImages,
  type ModelVersionInfo,
  type PredictedImage,
} from '../client/operations/index.js';
import { numberText } from '../terminal/jobProgress.js';
import { listTable } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { PictureFolder } from './pictureFolder.js';
import { watchJob } from './watchCommand.js';

/** Which images of the server to predict; exactly one of the first two. */
export interface ManyImages {
  snapshot?: string;
  dataset?: string;
  split?: string;
  /** Folder for anomaly maps and overlays. */
  out?: string;
}

/** Predicts images that the server has, follows the job, and prints each answer, highest score first. */
export async function predictMany(
  client: GraphqlClient,
  terminal: Terminal,
  version: ModelVersionInfo,
  { snapshot, dataset, split, out }: ManyImages,
): Promise<void> {
  const datasetId =
    dataset && present((await client.request(datasetByName, { name: dataset })).dataset, `data set ${dataset}`).id;
  const input = { modelVersionId: version.id, snapshotId: snapshot, datasetId, split };
  const payload = accepted((await client.request(predictDataset, { input })).predictDataset);
  const { id } = present(payload.prediction, 'prediction');
  await watchJob(client, terminal, id, version.model.name);
  const rows = [['IMAGE', 'SCORE', 'VERDICT', 'REGIONS']];
  const pictures = out === undefined ? undefined : new PictureFolder(client, out);
  for await (const { image, ...answer } of allAnswers(client, id)) {
    await pictures?.save(image.filename, answer);
    if (terminal.json) terminal.emit({ image: image.filename, ...answer });
    const verdict = answer.isAnomalous ? 'anomalous' : 'normal';
    rows.push([image.filename, numberText(answer.anomalyScore), verdict, String(answer.regions.length)]);
  }
  if (!terminal.json) terminal.say(listTable(rows));
}

async function* allAnswers(client: GraphqlClient, id: string): AsyncGenerator<PredictedImage> {
  for (let after: string | undefined; ;) {
    const { images } = present((await client.request(predictedImages, { id, after })).node, id);
    yield* images.nodes;
    if (!images.pageInfo.hasNextPage) return;
    after = images.pageInfo.endCursor ?? undefined;
  }
}
