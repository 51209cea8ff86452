import type { Box } from '../../shared/images.js';
import type { CurvePoint, DefectTypeMetrics, MetricPoint, Metrics, ServerInfo } from '../../client/index.js';

/** All that the report shows, gathered before a page is written: the page itself asks nobody. */
export interface Report {
  title: string;
  createdAt: Date;
  server: ServerInfo;
  /** What was measured on. */
  dataset: {
    name: string;
    /** Defect types left out by wish. */
    excluded: readonly string[];
    /** Images for training. */
    train: number;
    /** Defective ones among them; null where nobody counted. */
    trainAnomalous: number | null;
    normal: number;
    anomalous: number;
  };
  runs: readonly ReportRun[];
}

export interface ReportRun {
  /** Distinct among the runs, e.g. `semirest`. */
  name: string;
  /** Name and value, in the order to show. */
  configuration: readonly (readonly [string, string])[];
  /** The whole of the settings, folded away. */
  settings: readonly (readonly [string, string])[];
  metrics: Metrics;
  imagesWithoutMask: number | null;
  byDefectType: readonly DefectTypeMetrics[];
  curves: { roc: readonly CurvePoint[]; precisionRecall: readonly CurvePoint[]; pro: readonly CurvePoint[] };
  /** Loss by step; empty for a detector that has none. */
  loss: readonly MetricPoint[];
  seconds: readonly (readonly [string, number])[];
  /** Left out where it was not watched. */
  peakRssBytes?: { api: number | null; worker: number | null } | undefined;
  gallery: readonly GalleryGroup[];
}

export interface GalleryGroup {
  title: string;
  explanation: string;
  items: readonly GalleryItem[];
}

export interface GalleryItem {
  filename: string;
  /** `null` for a normal image. */
  defectType: string | null;
  anomalyScore: number;
  isAnomalous: boolean;
  /** Why that is not what its regions say; null where they agree. */
  explanation: string | null;
  /** Data URIs; undefined where there is no such picture. */
  pictures: { image: string; groundTruth: string | undefined; anomalyMap: string; overlay: string };
  /** Its highest regions beside the normal patches they resemble most; empty where the detector cannot say. */
  matches: readonly RegionMatch[];
}

export interface RegionMatch {
  score: number;
  distance: number;
  /** Of the image that shows the normal patch. */
  filename: string;
  flagged: MarkedPicture;
  normal: MarkedPicture;
}

/** A piece of a photograph with a place in it. */
export interface MarkedPicture {
  /** Data URI. */
  uri: string;
  /** In per cent of the picture. */
  mark: Box;
}
