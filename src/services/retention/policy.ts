import type { RetentionPolicyEntity } from '../../database/entities/index.js';
import type { Problem } from '../../shared/errors.js';
import type { RetainedKind } from './dueRows.js';

/** How long a project keeps what, see `RetentionPolicyEntity`. */
export type RetentionPolicy = Omit<RetentionPolicyEntity, 'projectId' | 'project'>;

/** Of a project that has chosen nothing: all of it stays. */
export const keepAll: RetentionPolicy = {
  ...{ uploadDays: null, exportDays: null, predictionDays: null, checkpointDays: null },
};

const columns: Readonly<Record<RetainedKind, keyof RetentionPolicy>> = {
  ...({ UPLOADS: 'uploadDays', EXPORTS: 'exportDays' } as const),
  ...({ PREDICTIONS: 'predictionDays', CHECKPOINTS: 'checkpointDays' } as const),
};

/** Days that a kind is kept; null for ever. */
export function daysOf(policy: RetentionPolicy, kind: RetainedKind): number | null {
  return policy[columns[kind]];
}

const mostDays = 3_650;

/** What is wrong with the days of a policy. */
export function policyProblems(policy: RetentionPolicy): Problem[] {
  return Object.values(columns).flatMap((name) => {
    const days = policy[name];
    if (days === null || (days >= 1 && days <= mostDays)) return [];
    const message = `${name} is ${days}; it must be a whole number from 1 to ${mostDays}`;
    return [{ code: 'BAD_USER_INPUT', message, field: ['input', name] } as const];
  });
}
