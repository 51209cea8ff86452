import type { Assistance } from '../../database/entities/index.js';
import type { Problem } from '../../shared/errors.js';
import { longestActiveSeconds, measurementProblems, type MeasuredWork } from '../label-sessions/measurementProblems.js';
import type { Worker } from '../label-sessions/judgeSession.js';
import { nameProblems } from '../names.js';

/** Who drew a label, how long it took, and what helped. */
export interface LabelWork extends MeasuredWork {
  author?: string | null | undefined;
  /** Who saves it. */
  by?: Worker | undefined;
  /** UUID of the session that the save ends. */
  sessionId?: string | undefined;
  assistance?: Assistance | null | undefined;
}

/** What is wrong with the facts about the work itself. @param at input path of the save. */
export function saveProblems(work: LabelWork, at: readonly string[]): Problem[] {
  const { author, assistance, sessionId } = work;
  const problems = typeof author === 'string' ? nameProblems('author', author, { field: [...at, 'author'] }) : [];
  problems.push(...measurementProblems(work, at));
  for (const name of ['measurement', 'loadSeconds'] as const) {
    if (sessionId !== undefined || work[name] === null || work[name] === undefined) continue;
    const message = `${name} belongs to a session; sessionId must be given with it`;
    problems.push({ code: 'BAD_USER_INPUT', message, field: [...at, name] });
  }
  return assistance ? [...problems, ...assistanceProblems(assistance, [...at, 'assistance'])] : problems;
}

/** Regions of one image, at most: as many as it may have blocks. */
const mostRegions = 65_536;

function assistanceProblems(assistance: Assistance, at: readonly string[]): Problem[] {
  const limits = {
    threshold: Number.MAX_VALUE,
    ...{ regionsAccepted: mostRegions, regionsRejected: mostRegions, regionsEdited: assistance.regionsAccepted },
    shownSeconds: longestActiveSeconds,
  };
  return Object.entries(limits).flatMap(([name, most]): Problem[] => {
    const value = assistance[name as keyof typeof limits];
    if (value >= 0 && value <= most) return [];
    const rule = name === 'threshold' ? 'at least 0' : `from 0 to ${most}`;
    return [{ code: 'BAD_USER_INPUT', message: `${name} is ${value}; it must be ${rule}`, field: [...at, name] }];
  });
}
