import { expect } from 'vitest';
import { FaultError, ProblemError, type Problem } from '../../../src/shared/errors.js';

/** The problems that a promise is rejected with; fails the test when it is not. */
export async function problemsOf(work: Promise<unknown>): Promise<readonly Problem[]> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error, 'a ProblemError').toBeInstanceOf(ProblemError);
  return (error as ProblemError).problems;
}

/** The only problem of a rejected promise. */
export async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const problems = await problemsOf(work);
  expect(problems).toHaveLength(1);
  return problems[0]!;
}

/** The fault that a promise is rejected with. */
export async function faultOf(work: Promise<unknown>): Promise<FaultError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error, 'a FaultError').toBeInstanceOf(FaultError);
  return error as FaultError;
}
