import type { JobState } from '../../../database/entities/job.entity.js';
import type { Box } from '../../../shared/images.js';
import { failure, operation, userErrors, type Payload, type UserError } from './operation.js';

export interface DatasetCounts {
  images: number;
  normal: number;
  anomalous: number;
  train: number;
  test: number;
}
export interface DatasetInfo {
  id: string;
  name: string;
  counts: DatasetCounts;
}
const dataset = 'id name counts { images normal anomalous train test }';

export const datasetByName = operation<{ dataset: DatasetInfo | null }, { name: string }>(`
  query DatasetByName($name: String!) { dataset(name: $name) { ${dataset} } }`);

export const datasetById = operation<{ node: DatasetInfo | null }, { id: string }>(`
  query DatasetById($id: ID!) { node(id: $id) { ... on Dataset { ${dataset} } } }`);

export const deleteDataset = operation<{ deleteDataset: Payload }, { input: { id: string } }>(`
  mutation DeleteDataset($input: DeleteDatasetInput!) { deleteDataset(input: $input) { ${userErrors} } }`);

export const createDataset = operation<
  { createDataset: Payload & { dataset: DatasetInfo | null } },
  { input: { name: string } }
>(`
  mutation CreateDataset($input: CreateDatasetInput!) {
    createDataset(input: $input) { dataset { ${dataset} } ${userErrors} }
  }`);

export interface ImportInput {
  datasetId: string;
  format: string;
  path?: string;
  uploadId?: string;
  dryRun?: boolean;
}
export const importDataset = operation<
  { importDataset: Payload & { import: { id: string } | null } },
  { input: ImportInput }
>(`
  mutation ImportDataset($input: ImportDatasetInput!) {
    importDataset(input: $input) { import { id } ${userErrors} }
  }`);

export interface ImportSummary {
  counts: Record<'images' | 'normal' | 'anomalous' | 'unlabelled' | 'train' | 'validation' | 'test', number>;
  annotations: { kind: string; images: number }[];
  defectTypes: { defectType: string; images: number }[];
}
export interface ImportOutcome {
  state: JobState;
  failure: UserError | null;
  imagesImported: number;
  annotationsImported: number;
  summary: ImportSummary | null;
  problems: UserError[];
  totalProblems: number;
  dataset: DatasetInfo;
}
export const importOutcome = operation<{ node: ImportOutcome | null }, { id: string }>(`
  query ImportOutcome($id: ID!) {
    node(id: $id) {
      ... on DatasetImport {
        state ${failure} imagesImported annotationsImported
        summary {
          counts { images normal anomalous unlabelled train validation test }
          annotations { kind images } defectTypes { defectType images }
        }
        problems { code message field item } totalProblems dataset { ${dataset} }
      }
    }
  }`);

export interface UploadPlace {
  id: string;
  url: string;
  method: string;
  headers: Record<string, string>;
}
export const createUpload = operation<
  { createUpload: Payload & { upload: UploadPlace | null } },
  { input: { filename: string; bytes: number; sha256: string; contentType: string } }
>(`
  mutation CreateUpload($input: CreateUploadInput!) {
    createUpload(input: $input) { upload { id url method headers } ${userErrors} }
  }`);

export interface ListedImage {
  id: string;
  filename: string;
  annotations: { kind: string; revision: number }[];
}
export interface Page<Node> {
  nodes: Node[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}
export const datasetImages = operation<
  { node: { images: Page<ListedImage> } | null },
  { id: string; after?: string | undefined }
>(`
  query DatasetImages($id: ID!, $after: String) {
    node(id: $id) {
      ... on Dataset {
        images(first: 200, after: $after, filter: { label: ANOMALOUS }) {
          nodes { id filename annotations { kind revision } }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  }`);

export const moveImages = operation<
  { updateImages: Payload & { images: { id: string }[] } },
  { input: { ids: string[]; split: 'TRAIN' | 'VALIDATION' | 'TEST' } }
>(`
  mutation MoveImages($input: UpdateImagesInput!) { updateImages(input: $input) { images { id } ${userErrors} } }`);

export const saveBoxes = operation<
  { saveBoxAnnotation: Payload },
  { input: { imageId: string; expectedRevision: number; boxes: Box[] } }
>(`
  mutation SaveBoxes($input: SaveBoxAnnotationInput!) { saveBoxAnnotation(input: $input) { ${userErrors} } }`);

export const createSnapshot = operation<
  { createSnapshot: Payload & { snapshot: { id: string; digest: string; counts: DatasetCounts } | null } },
  { input: { datasetId: string; tag?: string } }
>(`
  mutation CreateSnapshot($input: CreateSnapshotInput!) {
    createSnapshot(input: $input) {
      snapshot { id digest counts { images normal anomalous train test } } ${userErrors}
    }
  }`);

export const exportDataset = operation<
  { exportDataset: Payload & { export: { id: string } | null } },
  { input: { snapshotId: string; format: string } }
>(`
  mutation ExportDataset($input: ExportDatasetInput!) { exportDataset(input: $input) { export { id } ${userErrors} } }`);

export interface ExportOutcome {
  images: number;
  imagesLeftOut: number;
  artifact: { url: string; sha256: string; bytes: number } | null;
}
export const exportOutcome = operation<{ node: ExportOutcome | null }, { id: string }>(`
  query ExportOutcome($id: ID!) {
    node(id: $id) { ... on DatasetExport { images imagesLeftOut artifact { url sha256 bytes } } }
  }`);
