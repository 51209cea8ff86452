/** What the quickstart is told on the command line. */
export interface QuickstartOptions {
  data?: string;
  exclude: readonly string[];
  settings?: string;
  /** Empty: every detector that the supervision allows, for comparison. */
  detectors: readonly string[];
  supervision: string;
  preset: string;
  steps?: number;
  seed: number;
  out: string;
  keep: boolean;
  /** Which values of mask files mark a defect; at most one of both. */
  maskThreshold?: number;
  maskValue?: string;
}
