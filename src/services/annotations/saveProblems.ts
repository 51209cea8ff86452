import type { Problem } from '../../shared/errors.js';
import { nameProblems } from '../names.js';

/** Seconds one revision may have taken: a day. More is a clock that was forgotten. */
const longestActiveSeconds = 86_400;

/** Who drew a label, and how long it took. */
export interface LabelWork {
  author?: string | null | undefined;
  activeSeconds?: number | null | undefined;
}

/** What is wrong with the facts about the work itself. @param at input path of the save. */
export function saveProblems({ author, activeSeconds }: LabelWork, at: readonly string[]): Problem[] {
  const problems = typeof author === 'string' ? nameProblems('author', author, { field: [...at, 'author'] }) : [];
  if (typeof activeSeconds === 'number' && !(activeSeconds >= 0 && activeSeconds <= longestActiveSeconds)) {
    const message = `activeSeconds is ${activeSeconds}; it must be from 0 to ${longestActiveSeconds}, or left out`;
    problems.push({ code: 'BAD_USER_INPUT', message, field: [...at, 'activeSeconds'] });
  }
  return problems;
}
