import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PeerResult } from '../../measuring/python.js';
import type { Repetitions, Samples } from '../../measuring/samples.js';
import type { ComparedMethod } from './methods.js';

/** What both sides are told to do: {@link ComparedMethod}, with what lies in the exchange folder. */
export interface MethodOrder extends Pick<ComparedMethod, 'id' | 'layers' | 'steps' | 'params'> {
  /** The exchange folder, which holds the weights of the backbone. */
  folder: string;
  weights: string | undefined;
  /** RGB 0..255, `[n, side, side, 3]` as raw float32: to train on, and to predict. */
  train: { file: string; shape: readonly number[] };
  test: { file: string; shape: readonly number[] };
  predictions: Repetitions;
  /** A file of maps that are not smoothed and of scores, for a comparison; undefined: times only. */
  output: string | undefined;
  /** The channels that PaDiM chose, which the peer takes over. */
  channels?: readonly number[] | undefined;
}

/** What a side found. */
export interface MethodResult extends Omit<PeerResult, keyof Samples> {
  /** Steps, or whole trainings. */
  training: Samples;
  prediction: Samples;
  /** A whole training, with all that is prepared for its steps. */
  trainingSeconds: number;
  /** Of the process, predictions included. */
  peakBytes: number;
  channels?: readonly number[] | undefined;
}

/** Trains and predicts in a process of its own, as the peer does: its memory is that of the method. @throws Error with what it says when it fails. */
export function runOurs(order: MethodOrder): MethodResult {
  const file = fileURLToPath(new URL('methodChild.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [...process.execArgv, file, JSON.stringify(order)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${order.id} failed:\n${stderr.slice(-2000)}`);
  return JSON.parse(stdout) as MethodResult;
}
