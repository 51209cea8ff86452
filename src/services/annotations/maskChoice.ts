import { parseMaskValue, shown, type MaskChoice } from '../../files/index.js';
import { ProblemError, type Problem } from '../../shared/errors.js';

/** What clients may say about which pixels of a mask file are anomalous; at most one of both. */
export interface GivenMaskChoice {
  /** 1 to 255. */
  maskThreshold?: number | null | undefined;
  /** As `parseMaskValue` reads it. */
  maskValue?: string | null | undefined;
}

/** The choice as mask files are read by. */
export function maskChoice({ maskThreshold, maskValue }: GivenMaskChoice): MaskChoice {
  return { threshold: maskThreshold ?? undefined, value: maskValue ?? undefined };
}

/** What is wrong with it, each BAD_USER_INPUT. */
export function maskChoiceProblems({ maskThreshold, maskValue }: GivenMaskChoice): Problem[] {
  const problems: Problem[] = [];
  const add = (name: string, message: string) =>
    problems.push({ code: 'BAD_USER_INPUT', message, field: ['input', name] });
  if (!isLeftOut(maskThreshold) && !(Number.isInteger(maskThreshold) && maskThreshold >= 1 && maskThreshold <= 255)) {
    add('maskThreshold', `maskThreshold is ${maskThreshold}; it must be a whole number from 1 to 255`);
  }
  if (!isLeftOut(maskValue)) {
    try {
      parseMaskValue(maskValue);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      add('maskValue', error.problems[0]!.message);
    }
  }
  if (!isLeftOut(maskThreshold) && !isLeftOut(maskValue)) {
    const both = `maskThreshold is ${maskThreshold} and maskValue '${shown(maskValue)}'`;
    add('maskValue', `${both}; at most one of them says what is anomalous`);
  }
  return problems;
}

/** Whether an option was not given. */
export function isLeftOut<T>(value: T | null | undefined): value is null | undefined {
  return value === null || value === undefined;
}
