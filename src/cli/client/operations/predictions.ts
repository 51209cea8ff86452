import type { Page } from './datasets.js';
import { operation, userErrors, type Payload } from './operation.js';

export interface PredictDatasetInput {
  modelVersionId: string;
  snapshotId?: string | undefined;
  datasetId?: string | undefined;
  split?: string | undefined;
}
export const predictDataset = operation<
  { predictDataset: Payload & { prediction: { id: string } | null } },
  { input: PredictDatasetInput }
>(`
  mutation PredictDataset($input: PredictDatasetInput!) {
    predictDataset(input: $input) { prediction { id } ${userErrors} }
  }`);

export interface PredictedImage {
  anomalyScore: number;
  isAnomalous: boolean;
  anomalyMapUrl: string;
  overlayUrl: string;
  regions: { score: number; pixels: number }[];
  image: { filename: string };
}
export const predictedImages = operation<
  { node: { images: Page<PredictedImage> } | null },
  { id: string; after?: string | undefined }
>(`
  query PredictedImages($id: ID!, $after: String) {
    node(id: $id) {
      ... on DatasetPrediction {
        images(first: 100, after: $after) {
          nodes { anomalyScore isAnomalous anomalyMapUrl overlayUrl regions { score pixels } image { filename } }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  }`);
