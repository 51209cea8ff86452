/**
 * Where objects of a type have their project. OWNED: they belong to one, and every field that gives one out is watched. INHERITED: they
 * are only reached through one that is. PUBLIC: they are the same for everybody.
 */
export type Ownership = 'OWNED' | 'INHERITED' | 'PUBLIC';

const owned = [
  ...['Node', 'Job', 'Annotation'],
  ...['Project', 'Dataset', 'Image', 'Snapshot', 'Model', 'ModelVersion', 'Upload', 'LoggedPrediction'],
  ...['MonitoringAlert', 'RetrainingProposal', 'Sweep'],
  ...['DatasetImport', 'DatasetExport', 'ModelExport', 'ModelImport', 'TrainingRun', 'Evaluation', 'DatasetPrediction'],
  ...['PixelAnnotation', 'BlockAnnotation', 'BoxAnnotation', 'LabelSession', 'Study', 'StudyTrial'],
];

const inherited = [
  // Data sets and labels
  ...['DatasetCounts', 'SplitCounts', 'AnnotationCost', 'AnnotationDerivation', 'Box'],
  ...['AnnotationAssistance', 'Interval', 'LabelMeasurement', 'AnnotationReview', 'WaitingLabel', 'QueuedImage'],
  ...['StudyResult', 'StudyProgress', 'TrialQuality'],
  ...['SnapshotDiff', 'ChangeCounts', 'ImageChange', 'AnnotationChange', 'FrozenImage'],
  ...['ImportSummary', 'ImportedAnnotations', 'ImportedDefectType', 'LeftOutFiles'],
  // Trainings and models
  ...['JobEvent', 'StateChanged', 'MetricsReported', 'LogWritten', 'CheckpointSaved', 'Metric', 'MetricPoint'],
  ...['TrainingSettings', 'PluginChoice', 'Artifact', 'ModelFile', 'ModelAlias', 'ModelAliasMove', 'ModelVersionUse'],
  ...['ThresholdPolicy', 'EvaluationMetrics', 'DefectTypeMetrics', 'CurvePoint', 'EvaluatedImage', 'PredictedImage'],
  ...['Prediction', 'ImagePrediction', 'Region', 'NearestNormal', 'LeaderboardRow', 'AnnotationTradeoff'],
  ...['ModelComparison', 'ComparedVersion', 'ComparedImage', 'MetricDifference'],
  ...[
    'Member',
    'ViewerMembership',
    'ProjectQuotas',
    'ProjectUsage',
    'ProjectChange',
    'PredictionLogPolicy',
    'PredictionFeedback',
    'ImageOrigin',
  ],
  ...['ModelMonitoring', 'MonitoringBucket', 'MonitoringRule', 'ShadowPrediction', 'ShadowCounts', 'RetrainingRule'],
  ...['RetentionPolicy', 'DueForDeletion'],
  ...['SweepCandidate', 'SweepTrial', 'SweepDifference'],
  ...['Webhook', 'WebhookDelivery', 'Sink', 'SinkDelivery', 'Station', 'Source', 'SourceCounts', 'SourceFile'],
];

// The same for everybody, or about the caller alone.
const publicTypes = [
  ...['Plugin', 'ServerInfo', 'Worker', 'ImportFormat', 'TrainingPreset', 'PresetPlugin', 'PublishedResult'],
  ...['PageInfo', 'UserError', 'Principal', 'Viewer', 'CollectionReport'],
  // Their services give out what the caller manages, and nothing else.
  ...['AccessToken', 'AuditEvent', 'Session'],
];

const declared = new Map<string, Ownership>([
  ...owned.map((name) => [name, 'OWNED'] as const),
  ...inherited.map((name) => [name, 'INHERITED'] as const),
  ...publicTypes.map((name) => [name, 'PUBLIC'] as const),
]);

/** What is declared of a type; undefined for one that was forgotten. Pages and answers of mutations only hold what others are. */
export function ownershipOf(type: string): Ownership | undefined {
  return declared.get(type) ?? (/(Connection|Edge|Payload)$/.test(type) ? 'INHERITED' : undefined);
}
