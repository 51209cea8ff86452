import { operation, userErrors, type Payload } from './operation.js';
import { modelVersionFields, type ModelVersionInfo } from './training.js';

export const exportModel = operation<
  { exportModel: Payload & { export: { id: string } | null } },
  { input: { modelVersionId: string; format: string } }
>(`
  mutation ExportModel($input: ExportModelInput!) { exportModel(input: $input) { export { id } ${userErrors} } }`);

export interface ModelExportOutcome {
  artifact: { url: string; sha256: string; bytes: number } | null;
}
export const modelExportOutcome = operation<{ node: ModelExportOutcome | null }, { id: string }>(`
  query ModelExportOutcome($id: ID!) { node(id: $id) { ... on ModelExport { artifact { url sha256 bytes } } } }`);

export const importModel = operation<
  { importModel: Payload & { modelVersion: ModelVersionInfo | null } },
  { input: { uploadId: string; modelName?: string | undefined } }
>(`
  mutation ImportModel($input: ImportModelInput!) {
    importModel(input: $input) { modelVersion { ${modelVersionFields} } ${userErrors} }
  }`);
