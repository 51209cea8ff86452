import type { z } from 'zod';
import type { Box } from '../shared/images.js';
import type { PluginDescription, PluginLog } from './plugin.js';

/** What a sink is told of a prediction. Plain JSON. */
export interface Verdict {
  /** The same in every attempt: whoever has seen it once need not look again. */
  id: string;
  /** 1, 2, 3 … per project, in the order in which verdicts were stored; 0 for a test. Only erased images leave gaps. */
  seq: number;
  /** When it was given, ISO 8601, by the clock of the server. Order is that of `seq`. */
  at: string;
  /** Id of the project. */
  projectId: string;
  /** What asked and what about, as it called both. */
  station: string | null;
  partId: string | null;
  filename: string | null;
  /** Name of the model, and the version that answered. */
  model: string;
  version: number;
  /** OK only where the model called the part normal, in time. */
  verdict: 'OK' | 'NOK';
  isAnomalous: boolean;
  anomalyScore: number;
  imageThreshold: number | null;
  pixelThreshold: number | null;
  /** Anomalous parts, in pixels of the image. */
  regions: readonly { box: Box; score: number; pixels: number }[];
  /** The line was told NOK before the model had answered, and NOK it stays whatever `isAnomalous` says. */
  isLate: boolean;
  /** Somebody wants to see whether it arrives; no part is meant. */
  isTest: boolean;
}

/** Shows that verdicts would arrive. Plain JSON. */
export interface Heartbeat {
  /** 1, 2, 3 …: a receiver sees that it goes on without a clock. */
  beat: number;
  /** `seq` of the last verdict that the receiver took. */
  lastSeq: number;
  /** Verdicts that it has not been told yet. */
  waiting: number;
  /** How often it comes. */
  everyMilliseconds: number;
  /** When none has come for so long, by the receiver's own clock, whatever was said last holds no more: every part is NOK. */
  staleAfterMilliseconds: number;
}

/** Where verdicts go, ready to take them. */
export interface SinkConnection {
  /**
   * Tells one verdict. Resolves when the receiver has it for good; rejects with a reason in words when it has not, or nobody knows. The
   * same one may come again, and the next one comes when this one was taken.
   * @param signal aborted when there is no more time.
   */
  deliver(verdict: Verdict, signal: AbortSignal): Promise<void>;
  /** The same for heartbeats, of which one that did not arrive is not told again. Left out where the receiver has no use for them. */
  beat?(heartbeat: Heartbeat, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** What the host gives a sink that is opened. */
export interface SinkContext {
  /** What opens the receiver: a password or a token. Nobody else sees it. */
  secret: string | undefined;
  /**
   * A folder of the server, by its path.
   * @throws ProblemError when it does not lie below the server's sink roots, or is not there.
   */
  folder(path: string): Promise<string>;
  /**
   * The IP address to connect to for a URL; connect to this and not to the name, which may lead elsewhere by then.
   * @throws ProblemError when it is a private one, or the scheme is not encrypted (does not end in `s`), where the server forbids that.
   */
  addressOf(url: string): Promise<string>;
  /** Aborted when there is no more time to open it. */
  signal: AbortSignal;
  log: PluginLog;
}

/** Takes verdicts to where they are needed. */
export interface SinkPlugin<Params extends z.ZodObject> extends PluginDescription<Params> {
  kind: 'sink';
  /** Whether it writes what lies on the server: then only whoever has ADMIN may set it up. */
  onServer?: boolean;
  /** Called again after every delivery that failed. @throws when the receiver cannot be reached, with the reason in words. */
  open(params: z.output<Params>, context: SinkContext): Promise<SinkConnection>;
}

/** Declares a sink of verdicts. */
export function defineSink<Params extends z.ZodObject>(plugin: Omit<SinkPlugin<Params>, 'kind'>): SinkPlugin<Params> {
  return { kind: 'sink', ...plugin };
}
