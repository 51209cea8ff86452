import type { MonitoringRuleEntity } from '../../database/entities/index.js';
import type { Problem } from '../../shared/errors.js';

/** How a model is watched, see `MonitoringRuleEntity`. */
export type MonitoringRule = Omit<MonitoringRuleEntity, 'modelId' | 'model'>;

/** Of a model for which nobody has chosen anything. */
export const usualRule: MonitoringRule = {
  isOn: true,
  windowHours: 24,
  leastPredictions: 100,
  expectedAnomalyRate: null,
  silenceMinutes: null,
};

/** The longest window; the hours that are looked at for any model. */
export const longestWindowHours = 168;

/** The least and the most of each number. */
const bounds = {
  windowHours: [1, longestWindowHours],
  leastPredictions: [20, 100_000],
  expectedAnomalyRate: [0, 1],
  silenceMinutes: [1, 10_080],
} as const;

/** What is wrong with numbers of a rule. */
export function ruleProblems(rule: {
  [Name in keyof MonitoringRule]?: MonitoringRule[Name] | null | undefined;
}): Problem[] {
  return Object.entries(bounds).flatMap(([name, [least, most]]) => {
    const value = rule[name as keyof typeof bounds];
    if (value === null || value === undefined) return [];
    const isRate = name === 'expectedAnomalyRate';
    if ((isRate || Number.isInteger(value)) && value >= least && value <= most) return [];
    const message = `${name} is ${value}; it must be ${isRate ? 'a number' : 'a whole number'} from ${least} to ${most}`;
    return [{ code: 'BAD_USER_INPUT', message, field: ['input', name] } as const];
  });
}
