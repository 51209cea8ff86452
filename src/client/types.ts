/** Short names for what the operations give, all of them generated. */
import type {
  EvaluationReportQuery,
  EvaluationOutcomeQuery,
  ImportOutcomeQuery,
  JobEventsSubscription,
  PluginsQuery,
  ReportedTrainingFragment,
  ServerInfoQuery,
  SweepOutcomeQuery,
  SweepProgressQuery,
  TrainingOutcomeQuery,
} from './generated/graphql.js';

export type {
  AnnotationKind,
  DatasetInfoFragment as DatasetInfo,
  EvaluatedImageFragment as EvaluatedImage,
  ExplainedRegionFragment as ExplainedRegion,
  JobState,
  ListedImageFragment as ListedImage,
  MetricsFragment as Metrics,
  ModelVersionInfoFragment as ModelVersionInfo,
  PluginKind,
  PredictedImageFragment as PredictedImage,
  PredictionInfoFragment as PredictionInfo,
  StartedRunFragment as StartedRun,
  TriedCandidateFragment as TriedCandidate,
} from './generated/graphql.js';

/** What `node(id)` gives when the id is one of the kind that was asked for. */
type NodeOf<Query extends { node: object | null }> = Extract<NonNullable<Query['node']>, { id: string }>;

export type JobEvent = JobEventsSubscription['jobEvents'];
export type MetricsReported = Extract<JobEvent, { __typename: 'MetricsReported' }>;
export type ImportOutcome = NodeOf<ImportOutcomeQuery>;
export type TrainingOutcome = NodeOf<TrainingOutcomeQuery>;
export type EvaluationReport = NodeOf<EvaluationReportQuery>;
export type MetricPoint = ReportedTrainingFragment['metricHistory'][number];
export type EvaluationOutcome = NodeOf<EvaluationOutcomeQuery>;
export type DefectTypeMetrics = EvaluationOutcome['byDefectType'][number];
export type CurvePoint = EvaluationReport['rocCurve'][number];
export type SweepProgress = NodeOf<SweepProgressQuery>;
export type SweepOutcome = NodeOf<SweepOutcomeQuery>;
export type ServerInfo = ServerInfoQuery['server'];
export type PluginInfo = PluginsQuery['plugins'][number];
