import {
  accepted,
  DatasetByNameDocument,
  type ModelVersionInfo,
  PredictDatasetDocument,
  type PredictedImage,
  PredictedImagesDocument,
  present,
  type ResiduaClient,
  type Split,
  eachOf,
  nodeOf,
} from '../../client/index.js';
import { numberText } from '../terminal/jobProgress.js';
import { listTable } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { picturesIn, type MapKind } from './pictureFolder.js';
import { watchJob } from './watchCommand.js';

/** Which images of the server to predict; exactly one of the first two. */
export interface ManyImages {
  snapshot?: string;
  dataset?: string;
  split?: Split;
  /** Folder for anomaly maps and overlays. */
  out?: string;
  map?: MapKind;
}

/** Predicts images that the server has, follows the job, and prints each answer, highest score first. */
export async function predictMany(
  client: ResiduaClient,
  terminal: Terminal,
  version: ModelVersionInfo,
  { snapshot, dataset, split, out, map }: ManyImages,
): Promise<void> {
  const datasetId =
    dataset &&
    present((await client.request(DatasetByNameDocument, { name: dataset })).dataset, `data set ${dataset}`).id;
  const input = { modelVersionId: version.id, snapshotId: snapshot, datasetId, split };
  const payload = accepted((await client.request(PredictDatasetDocument, { input })).predictDataset);
  const { id } = present(payload.prediction, 'prediction');
  await watchJob(client, terminal, id, version.model.name);
  const rows = [['IMAGE', 'SCORE', 'VERDICT', 'REGIONS']];
  const pictures = picturesIn(client, out, { kind: map, ...version });
  const notes: string[] = [];
  for await (const { image, ...answer } of allAnswers(client, id)) {
    await pictures?.save(image.filename, answer);
    if (terminal.json) terminal.emit({ image: image.filename, ...answer });
    const verdict = answer.isAnomalous ? 'anomalous' : 'normal';
    if (answer.explanation) notes.push(`${image.filename}: ${answer.explanation}`);
    rows.push([image.filename, numberText(answer.anomalyScore), verdict, String(answer.regions.length)]);
  }
  if (terminal.json) return;
  terminal.say(listTable(rows));
  for (const note of notes) terminal.say(note);
}

function allAnswers(client: ResiduaClient, id: string): AsyncGenerator<PredictedImage> {
  return eachOf(
    async (after) => nodeOf((await client.request(PredictedImagesDocument, { id, after })).node, id).images,
  );
}
