import type { DataSource } from 'typeorm';
import type { BlobStore } from '../files/index.js';
import type { DatabaseSignals, JobEventFeed, JobQueue, ProjectChangeFeed, WorkerCalls } from '../jobs/index.js';
import type { PluginRegistry } from '../plugin-host/index.js';
import { AnnotationsService } from '../services/annotations.service.js';
import { DatasetPredictionsService } from '../services/dataset-predictions.service.js';
import { DatasetSplitsService } from '../services/dataset-splits.service.js';
import { DatasetsService } from '../services/datasets.service.js';
import { EvaluatedImagesService } from '../services/evaluated-images.service.js';
import { DerivationsService } from '../services/derivations.service.js';
import { ErasuresService } from '../services/erasures.service.js';
import { EvaluationsService } from '../services/evaluations.service.js';
import { DatasetExportsService } from '../services/dataset-exports.service.js';
import { FeedbackService } from '../services/feedback.service.js';
import { ImagePredictionsService } from '../services/image-predictions.service.js';
import { ImagesService } from '../services/images.service.js';
import { DatasetImportsService } from '../services/dataset-imports.service.js';
import type { Services } from '../services/index.js';
import { JobsService } from '../services/jobs.service.js';
import { ModelAliasesService } from '../services/model-aliases.service.js';
import { ModelComparisonsService } from '../services/model-comparisons.service.js';
import { LabelCostsService } from '../services/label-costs.service.js';
import { LabelQueueService } from '../services/label-queue.service.js';
import { LabelSessionsService } from '../services/label-sessions.service.js';
import { LeaderboardService } from '../services/leaderboard.service.js';
import { ModelExportsService } from '../services/model-exports.service.js';
import { ModelImportsService } from '../services/model-imports.service.js';
import { MonitoringService } from '../services/monitoring.service.js';
import { ModelsService } from '../services/models.service.js';
import type { PixelProcesses } from '../services/pixel-process/pixelProcesses.js';
import { PredictionLogWriter } from '../services/prediction-log/predictionLogWriter.js';
import { PredictionLogService } from '../services/prediction-log.service.js';
import { PredictionsService } from '../services/predictions.service.js';
import { ProjectChangesService } from '../services/project-changes.service.js';
import { ProjectsService } from '../services/projects.service.js';
import { QuotasService } from '../services/quotas.service.js';
import { RetentionService } from '../services/retention.service.js';
import { RetrainingService } from '../services/retraining.service.js';
import { ReviewsService } from '../services/reviews.service.js';
import { SinksService } from '../services/sinks.service.js';
import { ServerService } from '../services/server.service.js';
import { ShadowScoring } from '../services/shadow/shadowScoring.js';
import { ShadowsService } from '../services/shadows.service.js';
import { SnapshotDiffsService } from '../services/snapshot-diffs.service.js';
import { SnapshotImagesService } from '../services/snapshot-images.service.js';
import { SnapshotsService } from '../services/snapshots.service.js';
import { SourcesService } from '../services/sources.service.js';
import { StationsService } from '../services/stations.service.js';
import { StudiesService } from '../services/studies.service.js';
import { SweepsService } from '../services/sweeps.service.js';
import { ThresholdPoliciesService } from '../services/threshold-policies.service.js';
import { ModelFileStore } from '../services/training/modelFileStore.js';
import { TextureStore } from '../services/training/textureStore.js';
import { TrainingRunsService } from '../services/training-runs.service.js';
import { WebhooksService } from '../services/webhooks.service.js';
import { UploadsService } from '../services/uploads.service.js';
import type { ResiduaConfig } from '../shared/config.js';
import { createAccessServices } from './accessServices.js';
import { paramsChecker } from './paramsChecker.js';
import { modelsOf, texturesOf } from './plugins.js';
import { trainingPlanner } from './trainingPlanner.js';

/** What services are made of. */
export interface ServiceParts {
  config: ResiduaConfig;
  dataSource: DataSource;
  signals: DatabaseSignals;
  queue: JobQueue;
  feed: JobEventFeed;
  changes: ProjectChangeFeed;
  calls: WorkerCalls;
  blobs: BlobStore;
  registry: PluginRegistry;
  pixels: PixelProcesses;
}

/** Every service, each given what it needs. */
export function createServices(parts: ServiceParts): Services {
  const { config, dataSource, signals, queue, feed, changes, blobs, registry, pixels } = parts;
  const projects = new ProjectsService(dataSource);
  const projectChanges = new ProjectChangesService(dataSource, changes);
  const quotas = new QuotasService(dataSource);
  const datasets = new DatasetsService(dataSource, projects);
  const uploads = new UploadsService(dataSource, projects, quotas, blobs, config.limits);
  const snapshots = new SnapshotsService(dataSource, datasets);
  const images = new ImagesService({ dataSource, blobs, uploads, datasets, quotas, pixels, ...config });
  const models = new ModelsService(dataSource);
  const modelFiles = new ModelFileStore({ dataSource, blobs, folder: modelsOf(config) });
  const trainingRuns = new TrainingRunsService({
    ...{ dataSource, queue, models, modelFiles, quotas, pixels },
    textures: new TextureStore({ folder: texturesOf(config), blobs, pixels, limits: config.limits }),
    plan: trainingPlanner(registry),
  });
  const evaluations = new EvaluationsService(dataSource, queue);
  const datasetImports = new DatasetImportsService({ ...parts, datasets, uploads, quotas, ...config });
  const labelCosts = new LabelCostsService(dataSource);
  const labelling = labellingServices(parts, { datasets, images, uploads, quotas, labelCosts });
  return {
    ...createAccessServices(config, dataSource),
    projects,
    projectChanges,
    quotas,
    datasets,
    datasetSplits: new DatasetSplitsService(dataSource),
    ...labelling,
    ...servingServices(parts, { uploads, datasets, quotas }),
    images,
    imagePredictions: new ImagePredictionsService(dataSource),
    uploads,
    datasetImports,
    datasetExports: new DatasetExportsService({ dataSource, queue, snapshots }),
    snapshots,
    snapshotDiffs: new SnapshotDiffsService(dataSource, snapshots),
    snapshotImages: new SnapshotImagesService(dataSource),
    ...lineServices(parts, { projects, projectChanges, datasets, datasetImports, quotas }),
    jobs: new JobsService(dataSource, queue, feed, quotas),
    trainingRuns,
    ...upkeepServices(parts),
    retraining: new RetrainingService({ dataSource, snapshots, trainingRuns }),
    sweeps: new SweepsService({ ...parts, trainingRuns, evaluations, plan: trainingPlanner(registry) }),
    models,
    modelFiles,
    modelExports: new ModelExportsService({ dataSource, queue, registry }),
    modelImports: new ModelImportsService({ dataSource, queue, uploads, projects, models }),
    modelAliases: new ModelAliasesService(dataSource),
    modelComparisons: new ModelComparisonsService(dataSource, models, evaluations),
    thresholdPolicies: new ThresholdPoliciesService(dataSource),
    evaluations,
    evaluatedImages: new EvaluatedImagesService(dataSource),
    datasetPredictions: new DatasetPredictionsService({ dataSource, queue, models, datasets, snapshots }),
    leaderboard: new LeaderboardService(dataSource, labelCosts, labelling.studies),
    plugins: registry,
    server: new ServerService(dataSource, config, signals),
  };
}

/** What connects projects with the world around them. */
function lineServices(
  { config, dataSource, queue, calls, registry }: ServiceParts,
  others: Pick<Services, 'projects' | 'projectChanges' | 'datasets' | 'datasetImports' | 'quotas'>,
) {
  const params = paramsChecker(registry);
  return {
    webhooks: new WebhooksService(dataSource, others.projectChanges, config),
    sinks: new SinksService({ dataSource, calls, params }),
    sources: new SourcesService({ ...others, dataSource, queue, params }),
  };
}

/** Single predictions, and what becomes of them. */
function servingServices(
  { config, dataSource, blobs, pixels, calls }: ServiceParts,
  others: Pick<Services, 'datasets' | 'uploads' | 'quotas'>,
) {
  const log = new PredictionLogWriter(dataSource, blobs);
  const predictionLog = new PredictionLogService(dataSource, log);
  const shadow = new ShadowScoring({ dataSource, calls, pixels, log, ...config });
  const predictions = new PredictionsService({ ...others, dataSource, calls, blobs, pixels, log, shadow, ...config });
  return {
    predictions,
    stations: new StationsService(dataSource, predictions),
    predictionLog,
    feedback: new FeedbackService({ ...others, dataSource, blobs, pixels, predictionLog, ...config }),
    monitoring: new MonitoringService(dataSource),
    shadows: new ShadowsService(dataSource, shadow),
  };
}

/** What goes, and when. */
function upkeepServices(parts: ServiceParts) {
  return { erasures: new ErasuresService(parts), retention: new RetentionService(parts) };
}

/** Labels, and what is said and done about them. */
function labellingServices(
  { config, dataSource, blobs, pixels }: ServiceParts,
  others: Pick<Services, 'datasets' | 'images' | 'uploads' | 'quotas' | 'labelCosts'>,
) {
  const { datasets, images, labelCosts } = others;
  return {
    annotations: new AnnotationsService({ ...others, dataSource, blobs, pixels, ...config }),
    derivations: new DerivationsService(dataSource, datasets, pixels, config.limits),
    labelCosts,
    labelSessions: new LabelSessionsService(dataSource, images),
    labelQueue: new LabelQueueService(dataSource),
    reviews: new ReviewsService(dataSource),
    studies: new StudiesService({ dataSource, datasets, pixels, ...config }),
  };
}
