import type { Metrics } from '../../client/index.js';

/** `result.json` of the quickstart. */
export interface QuickstartResult {
  runs: RunResult[];
}

export interface RunResult {
  detector: string;
  /** As on the command line: `unsupervised`, `supervised` or `semi-supervised`. */
  supervision: string;
  preset: string;
  seed: number;
  metrics: Metrics;
  /** By defect type, each against the normal test images. */
  byDefectType: Record<string, Metrics>;
  seconds: RunSeconds;
  /** Highest resident memory of the two processes during this run; null where the system does not tell. */
  peakRssBytes: { api: number | null; worker: number | null };
}

/** Wall-clock time. The import is done once and counted in every run's total. */
export interface RunSeconds {
  import: number;
  features: number;
  memoryBank: number;
  /** Everything of the training job behind the memory bank: matching, optimiser steps, calibration. */
  training: number;
  evaluation: number;
  /** From the import's start to the evaluation's end; other runs' time is not in it. */
  total: number;
}
