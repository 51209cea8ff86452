import type { JobState } from '../../../database/entities/job.entity.js';
import type { Box } from '../../../shared/images.js';
import type { Page } from './datasets.js';
import { failure, operation, userErrors, type Payload, type UserError } from './operation.js';

/** Names of the schema's type `EvaluationMetrics`; all in [0, 1] but the thresholds. */
export const metricNames = [
  'pixelAuroc',
  'pixelAp',
  'pro',
  'proFprLimit',
  'pixelF1Max',
  'pixelF1MaxThreshold',
  'imageAuroc',
  'imageAp',
  'imageF1Max',
  'imageF1MaxThreshold',
] as const;
export type Metrics = Record<(typeof metricNames)[number], number | null>;
export interface DefectTypeMetrics {
  defectType: string;
  images: number;
  metrics: Metrics;
}
export interface CurvePoint {
  x: number;
  y: number;
}

export const evaluateModel = operation<
  { evaluateModel: Payload & { evaluation: { id: string } | null } },
  { input: { modelVersionId: string; snapshotId: string; split?: string } }
>(`
  mutation EvaluateModel($input: EvaluateModelInput!) {
    evaluateModel(input: $input) { evaluation { id } ${userErrors} }
  }`);

export interface EvaluationOutcome {
  state: JobState;
  failure: UserError | null;
  split: string;
  metrics: Metrics | null;
  byDefectType: DefectTypeMetrics[];
}
export const evaluationOutcome = operation<{ node: EvaluationOutcome | null }, { id: string }>(`
  query EvaluationOutcome($id: ID!) {
    node(id: $id) {
      ... on Evaluation {
        state ${failure} split
        metrics { ${metricNames.join(' ')} }
        byDefectType { defectType images metrics { ${metricNames.join(' ')} } }
      }
    }
  }`);

export interface EvaluationCurves {
  rocCurve: CurvePoint[];
  precisionRecallCurve: CurvePoint[];
  proCurve: CurvePoint[];
}
export const evaluationCurves = operation<{ node: EvaluationCurves | null }, { id: string }>(`
  query EvaluationCurves($id: ID!) {
    node(id: $id) { ... on Evaluation { rocCurve { x y } precisionRecallCurve { x y } proCurve { x y } } }
  }`);

/** A region, and the normal patch it resembles most where the detector can say. */
export interface ExplainedRegion {
  box: Box;
  score: number;
  nearestNormal: { image: { filename: string; url: string } | null; box: Box; distance: number; patch: Box } | null;
}

export interface EvaluatedImage {
  anomalyScore: number;
  isAnomalous: boolean;
  anomalyMapUrl: string;
  overlayUrl: string;
  /** Highest score first. */
  regions: readonly ExplainedRegion[];
  image: {
    filename: string;
    label: 'NORMAL' | 'ANOMALOUS' | 'UNLABELLED';
    defectType: string | null;
    width: number;
    height: number;
    url: string;
    annotations: { maskUrl?: string }[];
  };
}
export const evaluatedImages = operation<
  { node: { images: Page<EvaluatedImage> } | null },
  { id: string; after?: string | undefined }
>(`
  query EvaluatedImages($id: ID!, $after: String) {
    node(id: $id) {
      ... on Evaluation {
        images(first: 25, after: $after, orderBy: SCORE_DESC) {
          nodes {
            anomalyScore isAnomalous anomalyMapUrl overlayUrl
            regions {
              box { x y width height } score
              nearestNormal { image { filename url } box { x y width height } distance patch { x y width height } }
            }
            image { filename label defectType width height url annotations { ... on PixelAnnotation { maskUrl } } }
          }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  }`);

export interface PredictionInfo {
  anomalyScore: number;
  isAnomalous: boolean;
  anomalyMapUrl: string;
  overlayUrl: string;
  regions: { box: Box; score: number; pixels: number }[];
  seconds: number;
}
export const predict = operation<
  { predict: Payload & { prediction: PredictionInfo | null } },
  { input: { modelVersionId: string; uploadId: string } }
>(`
  mutation Predict($input: PredictInput!) {
    predict(input: $input) {
      prediction {
        anomalyScore isAnomalous anomalyMapUrl overlayUrl seconds
        regions { box { x y width height } score pixels }
      }
      ${userErrors}
    }
  }`);
