import type { DataSource } from 'typeorm';
import type { BlobStore } from '../files/index.js';
import type { DatabaseSignals, JobEventFeed, JobQueue } from '../jobs/index.js';
import type { PluginRegistry } from '../plugin-host/index.js';
import { AnnotationsService } from '../services/annotations.service.js';
import { DatasetsService } from '../services/datasets.service.js';
import { EvaluationsService } from '../services/evaluations.service.js';
import type { Services } from '../services/index.js';
import { JobsService } from '../services/jobs.service.js';
import { ModelsService } from '../services/models.service.js';
import { ProjectsService } from '../services/projects.service.js';
import { ServerInfoService } from '../services/server-info.service.js';
import { SnapshotsService } from '../services/snapshots.service.js';
import type { ResiduaConfig } from '../shared/config.js';

/** What services are made of. */
export interface ServiceParts {
  config: ResiduaConfig;
  dataSource: DataSource;
  signals: DatabaseSignals;
  queue: JobQueue;
  feed: JobEventFeed;
  blobs: BlobStore;
  registry: PluginRegistry;
}

/** Every service, each given what it needs. */
export function createServices({ config, dataSource, queue, feed, registry }: ServiceParts): Services {
  const projects = new ProjectsService(dataSource);
  const datasets = new DatasetsService(dataSource, projects);
  return {
    projects,
    datasets,
    annotations: new AnnotationsService(dataSource),
    snapshots: new SnapshotsService(dataSource, datasets),
    jobs: new JobsService(dataSource, queue, feed),
    models: new ModelsService(dataSource),
    evaluations: new EvaluationsService(dataSource, queue),
    plugins: registry,
    server: new ServerInfoService(dataSource, config),
  } as unknown as Services;
}
