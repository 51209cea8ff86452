import {
  DatasetImagesDocument,
  DatasetsDocument,
  eachOf,
  ModelsDocument,
  nodeOf,
  TrainingRunsDocument,
  type DatasetsQuery,
  type ImageLabel,
  type ListedImage,
  type ModelsQuery,
  type ResiduaClient,
  type Split,
  type TrainingRunsQuery,
} from '../../client/index.js';

/** What an image can be. */
export const imageLabels: readonly ImageLabel[] = ['NORMAL', 'ANOMALOUS', 'UNLABELLED'];

/** Which images of a data set. */
export interface ImageChoice {
  label?: ImageLabel;
  split?: Split;
  defectType?: string;
}

/** Every data set. */
export function allDatasets(client: ResiduaClient): AsyncGenerator<DatasetsQuery['datasets']['nodes'][number]> {
  return eachOf(async (after) => (await client.request(DatasetsDocument, { after })).datasets);
}

/** The images of a data set, or those chosen. */
export function allImages(
  client: ResiduaClient,
  datasetId: string,
  { label, split, defectType }: ImageChoice = {},
): AsyncGenerator<ListedImage> {
  return eachOf(async (after) => {
    const variables = { id: datasetId, filter: { label, split, defectType }, after };
    return nodeOf((await client.request(DatasetImagesDocument, variables)).node, `data set ${datasetId}`).images;
  });
}

/** Every model with its newest versions. */
export function allModels(client: ResiduaClient): AsyncGenerator<ModelsQuery['models']['nodes'][number]> {
  return eachOf(async (after) => (await client.request(ModelsDocument, { after })).models);
}

type ListedRun = Extract<TrainingRunsQuery['jobs']['nodes'][number], { detector: unknown }>;

/** Every training run, newest first. */
export async function* allTrainingRuns(client: ResiduaClient): AsyncGenerator<ListedRun> {
  const jobs = eachOf(async (after) => (await client.request(TrainingRunsDocument, { after })).jobs);
  for await (const job of jobs) if ('detector' in job) yield job;
}
