import {
  DatasetImagesDocument,
  DatasetsDocument,
  eachOf,
  ModelsDocument,
  ModelVersionsDocument,
  nodeOf,
  present,
  TrainingRunsDocument,
  type DatasetsQuery,
  type ImageLabel,
  type ListedImage,
  type ModelVersionsQuery,
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

type ListedVersion = NonNullable<ModelVersionsQuery['model']>['versions']['nodes'][number] & { model: string };

/** Every version of every model, newest first in each. */
export async function* allModelVersions(client: ResiduaClient): AsyncGenerator<ListedVersion> {
  const models = eachOf(async (after) => (await client.request(ModelsDocument, { after })).models);
  for await (const { name } of models) {
    const versions = eachOf(async (after) => {
      return present((await client.request(ModelVersionsDocument, { name, after })).model, `model ${name}`).versions;
    });
    for await (const version of versions) yield { model: name, ...version };
  }
}

type ListedRun = Extract<TrainingRunsQuery['jobs']['nodes'][number], { detector: unknown }>;

/** Every training run, newest first. */
export async function* allTrainingRuns(client: ResiduaClient): AsyncGenerator<ListedRun> {
  const jobs = eachOf(async (after) => (await client.request(TrainingRunsDocument, { after })).jobs);
  for await (const job of jobs) if ('detector' in job) yield job;
}
