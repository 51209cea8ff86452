import type { JobState } from '../../../database/entities/job.entity.js';
import type { Supervision, TrainingSettings } from '../../../shared/training.js';
import { failure, operation, userErrors, type Payload, type UserError } from './operation.js';

export interface PluginChoiceInput {
  name: string;
  params?: Record<string, unknown>;
}
export interface TrainingInput {
  snapshotId: string;
  modelName: string;
  supervision: Supervision;
  preset?: string | undefined;
  labels?: 'PIXEL' | 'BLOCK' | 'BOX' | undefined;
  detector?: PluginChoiceInput | undefined;
  featureExtractor?: PluginChoiceInput | undefined;
  settings?: Partial<TrainingSettings> | undefined;
  seed?: number | undefined;
}
export interface MetricPoint {
  phase: string;
  step: number;
  value: number;
}
export interface StartedRun {
  id: string;
  preset: string | null;
  seed: number;
  supervision: Supervision;
  detector: { name: string; version: string };
  featureExtractor: { name: string; version: string };
}
export const startTraining = operation<
  { startTraining: Payload & { run: StartedRun | null } },
  { input: TrainingInput }
>(`
  mutation StartTraining($input: StartTrainingInput!) {
    startTraining(input: $input) {
      run { id preset seed supervision detector { name version } featureExtractor { name version } } ${userErrors}
    }
  }`);

export interface ModelVersionInfo {
  id: string;
  version: number;
  model: { name: string };
  snapshot: { id: string };
}
export interface TrainingOutcome {
  state: JobState;
  failure: UserError | null;
  environment: Record<string, string | number>;
  settings: TrainingSettings;
  modelVersion: ModelVersionInfo | null;
}
export const modelVersionFields = 'id version model { name } snapshot { id }';

export const trainingOutcome = operation<{ node: TrainingOutcome | null }, { id: string }>(`
  query TrainingOutcome($id: ID!) {
    node(id: $id) {
      ... on TrainingRun {
        state ${failure} environment modelVersion { ${modelVersionFields} }
        settings {
          imageSize steps learningRate weightDecay emaDecay featureDimension positionWeight coresetRatio residual
          tokenPatchSize windowSize windowStep windowSamplingRatio swinBlocks swinWindow swinHeads swinDimension
          anomalousBlockThreshold normalBlockThreshold unknownBlockThreshold
          normalImagesPerStep syntheticImagesPerStep anomalousImagesPerStep
          unlabelledWeight unlabelledRampSteps sharpeningTemperature guesses smoothingSigma bagging
        }
      }
    }
  }`);

export const trainingPresets = operation<{ trainingPresets: { name: string }[] }>(`
  query TrainingPresets { trainingPresets { name } }`);

export const metricHistory = operation<
  { node: { metricHistory: MetricPoint[] } | null },
  { id: string; name: string }
>(`
  query MetricHistory($id: ID!, $name: String!) {
    node(id: $id) { ... on TrainingRun { metricHistory(name: $name) { phase step value } } }
  }`);

export const modelVersion = operation<{ modelVersion: ModelVersionInfo | null }, { model: string; version: string }>(`
  query ModelVersion($model: String!, $version: String!) {
    modelVersion(model: $model, version: $version) { ${modelVersionFields} }
  }`);

export const latestModelVersion = operation<
  { model: { versions: { nodes: ModelVersionInfo[] } } | null },
  { name: string }
>(`
  query LatestModelVersion($name: String!) {
    model(name: $name) { versions(first: 1) { nodes { ${modelVersionFields} } } }
  }`);
