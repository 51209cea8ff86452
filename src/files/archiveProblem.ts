import type { Limits } from '../shared/config.js';
import { problem, type ProblemError } from '../shared/errors.js';
import { shown } from './shown.js';

export type ArchiveLimits = Pick<Limits, 'archiveBytes' | 'archiveRatio' | 'archiveEntries' | 'archiveDepth'>;

/** A problem about an archive or an entry: `'name' <text>.` */
export function archiveProblem(code: ProblemError['code'], item: string, text: string): ProblemError {
  return problem(code, `'${shown(item)}' ${text}.`, { item: shown(item) });
}
