import type { Problem } from '../../shared/errors.js';
import type { PixelTasks } from './pixelTasks.js';

/** What the parent sends, one at a time. */
export interface PixelRequest {
  task: keyof PixelTasks;
  arguments: readonly unknown[];
}

/** What comes back. */
export type PixelReply =
  | { answer: unknown }
  | { problems: readonly [Problem, ...Problem[]] }
  /** Something unexpected. */
  | { failure: string };
