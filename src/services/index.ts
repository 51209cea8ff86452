import type { PluginRegistry } from '../plugin-host/index.js';
import type { AnnotationsService } from './annotations.service.js';
import type { DatasetPredictionsService } from './dataset-predictions.service.js';
import type { DatasetSplitsService } from './dataset-splits.service.js';
import type { DatasetsService } from './datasets.service.js';
import type { EvaluatedImagesService } from './evaluated-images.service.js';
import type { DerivationsService } from './derivations.service.js';
import type { EvaluationsService } from './evaluations.service.js';
import type { DatasetExportsService } from './dataset-exports.service.js';
import type { ImagesService } from './images.service.js';
import type { DatasetImportsService } from './dataset-imports.service.js';
import type { JobsService } from './jobs.service.js';
import type { ModelAliasesService } from './model-aliases.service.js';
import type { ModelComparisonsService } from './model-comparisons.service.js';
import type { LabelCostsService } from './label-costs.service.js';
import type { LeaderboardService } from './leaderboard.service.js';
import type { ModelExportsService } from './model-exports.service.js';
import type { ModelImportsService } from './model-imports.service.js';
import type { ModelsService } from './models.service.js';
import type { ModelFileStore } from './training/modelFileStore.js';
import type { PredictionsService } from './predictions.service.js';
import type { ProjectsService } from './projects.service.js';
import type { ServerInfoService } from './server-info.service.js';
import type { SnapshotDiffsService } from './snapshot-diffs.service.js';
import type { SnapshotImagesService } from './snapshot-images.service.js';
import type { SnapshotsService } from './snapshots.service.js';
import type { ThresholdsService } from './thresholds.service.js';
import type { TrainingRunsService } from './training-runs.service.js';
import type { UploadsService } from './uploads.service.js';

/** Everything a client can ask for, one service per noun. Made by `createServices` (src/main/services.ts). */
export interface Services {
  projects: ProjectsService;
  datasets: DatasetsService;
  datasetSplits: DatasetSplitsService;
  images: ImagesService;
  annotations: AnnotationsService;
  derivations: DerivationsService;
  labelCosts: LabelCostsService;
  uploads: UploadsService;
  datasetImports: DatasetImportsService;
  datasetExports: DatasetExportsService;
  snapshots: SnapshotsService;
  snapshotDiffs: SnapshotDiffsService;
  snapshotImages: SnapshotImagesService;
  jobs: JobsService;
  trainingRuns: TrainingRunsService;
  models: ModelsService;
  modelFiles: ModelFileStore;
  modelExports: ModelExportsService;
  modelImports: ModelImportsService;
  modelAliases: ModelAliasesService;
  modelComparisons: ModelComparisonsService;
  thresholds: ThresholdsService;
  evaluations: EvaluationsService;
  evaluatedImages: EvaluatedImagesService;
  leaderboard: LeaderboardService;
  predictions: PredictionsService;
  datasetPredictions: DatasetPredictionsService;
  plugins: PluginRegistry;
  server: ServerInfoService;
}

export type { DescribedDatasetExport } from './dataset-exports.service.js';
export type { ImportFindings } from './dataset-imports.service.js';
export type { PlannedImport } from './imports/planImport.js';
export { summaryInWords } from './imports/importSummary.js';
export type { CheckedImage } from './imports/checkImage.js';
export type { MatchedImages } from './imports/existingImages.js';
export type { PlannedImage } from '../formats/index.js';
export type { DatasetImportsService };
export type { NewPredictedImage, StoredPrediction } from './dataset-predictions.service.js';
export type { ExportedVersion } from './model-exports.service.js';
export {
  longestManifest,
  manifestFile,
  modelFilePath,
  readManifest,
  stateFile,
  type BundleManifest,
} from './model-bundles/manifest.js';
export type { NewEvaluatedImage } from './evaluations.service.js';
export type { PredictionAnswer, PredictionQuestion, WorkerAnswer } from './predictions.service.js';
export type { SnapshotImage } from './snapshot-images.service.js';
export type {
  AnnotationKind,
  BlockPayload,
  BoxPayload,
  DatasetImportEntity,
  EvaluationEntity,
  ModelExportEntity,
  ModelVersionEntity,
  PixelPayload,
  Region,
  TrainingRunEntity,
} from './records.js';
export { scaledLabels, type ImageWithLabels } from './training/scaledLabels.js';
