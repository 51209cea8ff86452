import 'reflect-metadata';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { migrations } from '../../migrations/index.js';
import { createLogger } from '../shared/logger.js';
import {
  AccessTokenEntity,
  AnnotationEntity,
  AnnotationReviewEntity,
  AuditEventEntity,
  AuditSealEntity,
  CheckpointEntity,
  CollectionReportEntity,
  DatasetEntity,
  DatasetExportEntity,
  DatasetImportEntity,
  DatasetPredictionEntity,
  DeletedTrainingEntity,
  DeviceLoginEntity,
  EvaluatedImageEntity,
  EvaluationEntity,
  ImageEntity,
  InvitationEntity,
  JobEntity,
  JobEventEntity,
  LabelSessionEntity,
  LoggedPicturesEntity,
  LoggedPredictionEntity,
  LoggedPredictionHeadEntity,
  MembershipEntity,
  ModelAliasEntity,
  ModelAliasMoveEntity,
  ModelEntity,
  ModelExportEntity,
  ModelImportEntity,
  ModelVersionEntity,
  MonitoringAlertEntity,
  MonitoringRuleEntity,
  OidcAttemptEntity,
  PasswordEntity,
  PendingChangeEntity,
  PredictedImageEntity,
  PredictionCountEntity,
  PredictionFeedbackEntity,
  PredictionHourEntity,
  PredictionLogPolicyEntity,
  PrincipalEntity,
  ProjectChangeEntity,
  ProjectChangeHeadEntity,
  ProjectEntity,
  ProjectQuotaEntity,
  RetentionPolicyEntity,
  RetrainingProposalEntity,
  RetrainingRuleEntity,
  ServerKeyEntity,
  SessionEntity,
  ShadowCountEntity,
  ShadowPredictionEntity,
  SignInAttemptEntity,
  SinkDeliveryEntity,
  SinkEntity,
  SnapshotEntity,
  SnapshotImageEntity,
  SourceEntity,
  SourceFileEntity,
  StationEntity,
  StudyEntity,
  StudyImageEntity,
  StudyTrialEntity,
  SweepEntity,
  SweepTrialEntity,
  TrainingRunEntity,
  UploadEntity,
  WebhookDeliveryEntity,
  WebhookEntity,
  WorkerEntity,
} from './entities/index.js';
import { AuditSubscriber } from './auditTrail.js';
import { LoggerForTypeorm } from './typeormLogger.js';

/** Listed one by one, not found by a pattern, so that tsx, vitest and the compiled files see the same ones. */
export const entities = [
  AccessTokenEntity,
  AnnotationEntity,
  AnnotationReviewEntity,
  AuditEventEntity,
  AuditSealEntity,
  CheckpointEntity,
  CollectionReportEntity,
  DatasetEntity,
  DatasetExportEntity,
  DatasetImportEntity,
  DatasetPredictionEntity,
  DeletedTrainingEntity,
  DeviceLoginEntity,
  EvaluatedImageEntity,
  EvaluationEntity,
  ImageEntity,
  InvitationEntity,
  JobEntity,
  JobEventEntity,
  LabelSessionEntity,
  LoggedPicturesEntity,
  LoggedPredictionEntity,
  LoggedPredictionHeadEntity,
  MembershipEntity,
  ModelAliasEntity,
  ModelAliasMoveEntity,
  ModelEntity,
  ModelExportEntity,
  ModelImportEntity,
  ModelVersionEntity,
  MonitoringAlertEntity,
  MonitoringRuleEntity,
  OidcAttemptEntity,
  PasswordEntity,
  PendingChangeEntity,
  PredictedImageEntity,
  PredictionCountEntity,
  PredictionFeedbackEntity,
  PredictionHourEntity,
  PredictionLogPolicyEntity,
  PrincipalEntity,
  ProjectChangeEntity,
  ProjectChangeHeadEntity,
  ProjectEntity,
  ProjectQuotaEntity,
  RetentionPolicyEntity,
  RetrainingProposalEntity,
  RetrainingRuleEntity,
  ServerKeyEntity,
  SessionEntity,
  ShadowCountEntity,
  ShadowPredictionEntity,
  SignInAttemptEntity,
  SinkDeliveryEntity,
  SinkEntity,
  SnapshotEntity,
  SnapshotImageEntity,
  SourceEntity,
  SourceFileEntity,
  StationEntity,
  StudyEntity,
  StudyImageEntity,
  StudyTrialEntity,
  SweepEntity,
  SweepTrialEntity,
  TrainingRunEntity,
  UploadEntity,
  WebhookDeliveryEntity,
  WebhookEntity,
  WorkerEntity,
];

export interface DataSourceOptions {
  /** Connections of the pool, default 10. */
  poolSize?: number;
  /** Shown in `pg_stat_activity`, default `residua`. */
  applicationName?: string;
  /** A statement that runs longer is cancelled by the server, default 30 s. */
  statementTimeoutSeconds?: number;
}

/**
 * A data source for a PostgreSQL `url`, not yet connected: call `initialize()`, later `destroy()`. It never changes the
 * schema by itself; `migrate` does.
 */
export function createDataSource(url: string, options: DataSourceOptions = {}): DataSource {
  const logger = createLogger('database');
  return new DataSource({
    type: 'postgres',
    url,
    entities,
    subscribers: [AuditSubscriber],
    migrations: [...migrations],
    migrationsTransactionMode: 'each',
    logger: new LoggerForTypeorm(logger),
    synchronize: false,
    // gen_random_uuid() is built in; extensions would need rights the server's user may not have.
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    poolSize: options.poolSize ?? 10,
    // Also how long a statement waits for a connection when all are taken.
    connectTimeoutMS: 5_000,
    applicationName: options.applicationName ?? 'residua',
    // Without a listener a dropped idle connection would end the process.
    poolErrorHandler: (error: unknown) => {
      logger.warn({ error: messageOf(error) }, 'a database connection was lost');
    },
    extra: {
      statement_timeout: (options.statementTimeoutSeconds ?? 30) * 1000,
      // A process that was frozen inside a transaction would keep its locks, and others from taking over its jobs.
      idle_in_transaction_session_timeout: 20_000,
      keepAlive: true,
    },
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Connections of a data source's pool at this moment. */
export function poolUsage(dataSource: DataSource): { busy: number; idle: number; waiting: number } {
  const { totalCount, idleCount, waitingCount } = (dataSource.driver as unknown as { master: pg.Pool }).master;
  return { busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
}
