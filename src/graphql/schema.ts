import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchema as buildTypeGraphqlSchema, type NonEmptyArray, type PubSub } from 'type-graphql';
import {
  AnnotationAssistanceResolver,
  AnnotationDerivationResolver,
  AnnotationResolver,
  BlockAnnotationResolver,
  BoxAnnotationResolver,
  PixelAnnotationResolver,
  SaveAnnotationPayloadResolver,
} from './annotation/annotation.resolver.js';
import { BlockAnnotation, BoxAnnotation, PixelAnnotation } from './annotation/annotation.type.js';
import { AnnotationReviewResolver, WaitingLabelResolver } from './annotation-review/annotationReview.resolver.js';
import { DatasetResolver } from './dataset/dataset.resolver.js';
import { DatasetExportResolver } from './dataset-export/datasetExport.resolver.js';
import { DatasetImportResolver, ImportSummaryResolver } from './dataset-import/datasetImport.resolver.js';
import { DatasetSplitResolver } from './dataset-split/datasetSplit.resolver.js';
import { DatasetPredictionResolver, PredictedImageResolver } from './dataset-prediction/datasetPrediction.resolver.js';
import { ErasureResolver, VersionErasureResolver } from './erasure/erasure.resolver.js';
import { EvaluatedImageResolver, EvaluationResolver, NearestNormalResolver } from './evaluation/evaluation.resolver.js';
import { ImageResolver } from './image/image.resolver.js';
import { ImagePredictionResolver } from './image/imagePrediction.resolver.js';
import { JobResolver } from './job/job.resolver.js';
import { JobEventsResolver } from './job/jobEvents.resolver.js';
import { CheckpointSaved, LogWritten, MetricsReported, StateChanged } from './job/jobEvent.type.js';
import { LabelQueueResolver } from './label-queue/labelQueue.resolver.js';
import { LabelSessionResolver } from './label-session/labelSession.resolver.js';
import { AnnotationTradeoffResolver, LeaderboardResolver } from './leaderboard/leaderboard.resolver.js';
import {
  MemberResolver,
  PrincipalResolver,
  ProjectMembersResolver,
  ViewerMembershipResolver,
  ViewerResolver,
} from './member/member.resolver.js';
import { ModelAliasResolver, ModelResolver } from './model/model.resolver.js';
import { ModelVersionResolver } from './model/modelVersion.resolver.js';
import { ModelExportResolver } from './model-export/modelExport.resolver.js';
import { ModelImportResolver } from './model-import/modelImport.resolver.js';
import {
  ComparedImageResolver,
  ComparedVersionResolver,
  ModelComparisonResolver,
} from './model-comparison/modelComparison.resolver.js';
import {
  ModelMonitoringResolver,
  MonitoringAlertResolver,
  MonitoringRuleResolver,
} from './monitoring/monitoring.resolver.js';
import { NodeResolver } from './node/node.resolver.js';
import { PluginResolver } from './plugin/plugin.resolver.js';
import { PredictionResolver } from './prediction/prediction.resolver.js';
import { LoggedPredictionResolver, PredictionLogPolicyResolver } from './prediction-log/predictionLog.resolver.js';
import { ProjectResolver } from './project/project.resolver.js';
import { ProjectChangeResolver } from './project-change/projectChange.resolver.js';
import { ProjectQuotaResolver } from './project-quota/projectQuota.resolver.js';
import { RetentionResolver } from './retention/retention.resolver.js';
import { RetrainingProposalResolver, RetrainingRuleResolver } from './retraining/retraining.resolver.js';
import { ServerResolver } from './server/server.resolver.js';
import { CreateSnapshotPayloadResolver, SnapshotResolver } from './snapshot/snapshot.resolver.js';
import {
  AnnotationChangeResolver,
  FrozenImageResolver,
  SnapshotDiffResolver,
} from './snapshot/snapshotDiff.resolver.js';
import { StudyResolver, StudyTrialResolver } from './study/study.resolver.js';
import { SweepResolver, SweepTrialResolver } from './sweep/sweep.resolver.js';
import { ThresholdPolicyResolver } from './threshold-policy/thresholdPolicy.resolver.js';
import { TrainingRunResolver } from './training-run/trainingRun.resolver.js';
import { AccessTokenResolver } from './access-token/accessToken.resolver.js';
import { AuditEventResolver } from './audit-event/auditEvent.resolver.js';
import { auditRootFields } from './auditRootFields.js';
import { ShadowResolver } from './shadow/shadow.resolver.js';
import { SessionResolver } from './session/session.resolver.js';
import { guardOwnedTypes } from './access/guardOwnedTypes.js';
import { guardRootFields } from './access/guardRootFields.js';
import { checkTexts } from './limits/texts.js';
import { traceMutations } from './traceMutations.js';
import { UploadResolver } from './upload/upload.resolver.js';
import { SourceResolver } from './source/source.resolver.js';
import { StationResolver } from './station/station.resolver.js';
import { SinkResolver } from './sink/sink.resolver.js';
import { WebhookResolver } from './webhook/webhook.resolver.js';

type ResolverClass = new () => object;

const resolvers: NonEmptyArray<ResolverClass> = [
  NodeResolver,
  ServerResolver,
  PluginResolver,
  ProjectResolver,
  ProjectMembersResolver,
  ProjectQuotaResolver,
  ProjectChangeResolver,
  ViewerResolver,
  ViewerMembershipResolver,
  PrincipalResolver,
  MemberResolver,
  DatasetResolver,
  DatasetSplitResolver,
  ImageResolver,
  ImagePredictionResolver,
  AnnotationResolver,
  AnnotationAssistanceResolver,
  AnnotationDerivationResolver,
  LabelSessionResolver,
  LabelQueueResolver,
  StudyResolver,
  StudyTrialResolver,
  AnnotationReviewResolver,
  WaitingLabelResolver,
  SaveAnnotationPayloadResolver,
  PixelAnnotationResolver,
  BlockAnnotationResolver,
  BoxAnnotationResolver,
  UploadResolver,
  WebhookResolver,
  SinkResolver,
  StationResolver,
  SourceResolver,
  SnapshotResolver,
  CreateSnapshotPayloadResolver,
  ErasureResolver,
  VersionErasureResolver,
  SnapshotDiffResolver,
  FrozenImageResolver,
  AnnotationChangeResolver,
  JobResolver,
  JobEventsResolver,
  DatasetImportResolver,
  ImportSummaryResolver,
  DatasetExportResolver,
  TrainingRunResolver,
  ModelResolver,
  ModelAliasResolver,
  ModelVersionResolver,
  ModelExportResolver,
  ModelImportResolver,
  ThresholdPolicyResolver,
  ModelComparisonResolver,
  ComparedVersionResolver,
  ComparedImageResolver,
  EvaluationResolver,
  EvaluatedImageResolver,
  NearestNormalResolver,
  PredictionResolver,
  LoggedPredictionResolver,
  PredictionLogPolicyResolver,
  ModelMonitoringResolver,
  MonitoringAlertResolver,
  MonitoringRuleResolver,
  ShadowResolver,
  RetentionResolver,
  SweepResolver,
  SweepTrialResolver,
  RetrainingRuleResolver,
  RetrainingProposalResolver,
  DatasetPredictionResolver,
  PredictedImageResolver,
  LeaderboardResolver,
  AnnotationTradeoffResolver,
  AccessTokenResolver,
  SessionResolver,
  AuditEventResolver,
];

/** Object types that only interfaces lead to. */
const interfaceMembers = [
  PixelAnnotation,
  BlockAnnotation,
  BoxAnnotation,
  StateChanged,
  MetricsReported,
  LogWritten,
  CheckpointSaved,
];

/** type-graphql demands one; job events are read from the database instead. */
const noPubSub: PubSub = {
  publish: () => {
    throw new Error('job events are written to the database, not published');
  },
  subscribe: () => {
    throw new Error('job events are read from the database, not subscribed to in memory');
  },
};

/** The schema. @param extra resolvers of a test. */
export async function buildSchema(extra: readonly ResolverClass[] = []): Promise<GraphQLSchema> {
  const schema = await buildTypeGraphqlSchema({
    resolvers: [...resolvers, ...extra] as unknown as NonEmptyArray<ResolverClass>,
    orphanedTypes: interfaceMembers,
    // The services check what they are given and name every problem.
    validate: false,
    pubSub: noPubSub,
  });
  return auditRootFields(traceMutations(checkTexts(guardRootFields(guardOwnedTypes(schema)))));
}
