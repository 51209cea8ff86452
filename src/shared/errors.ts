import type { FaultCode, UserErrorCode } from './errorCodes.js';

/** Where in the input a problem was found, and on which item. */
export interface ProblemLocation {
  /** Input path, outermost first, e.g. `['input', 'settings', 'steps']`. */
  field?: readonly string[];
  /** Name of the thing at fault: a file, an image, a plugin. */
  item?: string;
}

/** One expected problem. `message` names the item, the value seen and the rule. */
export interface Problem extends ProblemLocation {
  code: UserErrorCode;
  message: string;
}

/**
 * One or more expected problems. Becomes `userErrors` in a payload, `failure` of a job or a line on the terminal;
 * never a top-level GraphQL error. All problems of one input travel together.
 */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly [Problem, ...Problem[]]) {
    super(problems.map((problem) => `${problem.code}: ${problem.message}`).join('\n'));
    this.problems = problems;
  }

  /** Code of the first problem. */
  get code(): UserErrorCode {
    return this.problems[0]!.code;
  }
}

/** Shorthand for a {@link ProblemError} with one problem. */
export function problem(code: UserErrorCode, message: string, location: ProblemLocation = {}): ProblemError {
  return new ProblemError([{ code, message, ...location }]);
}

/** Throws one {@link ProblemError} when anything was collected. */
export function throwIfProblems(problems: readonly Problem[]): void {
  const [first, ...rest] = problems;
  if (first) throw new ProblemError([first, ...rest]);
}

/** What an input names by its id and is not there. @param noun in words, e.g. `data set`. */
export function notFound(noun: string, id: string, field?: readonly string[]): ProblemError {
  return problem('NOT_FOUND', `there is no ${noun} ${id}`, { ...(field && { field }), item: id });
}

/** Runs, adding the problems of a {@link ProblemError} to `problems` instead of throwing it; other errors pass. */
export function collectProblems<T>(problems: Problem[], run: () => Promise<T>): Promise<T | undefined>;
export function collectProblems<T>(problems: Problem[], run: () => T): T | undefined;
export function collectProblems<T>(
  problems: Problem[],
  run: () => T | Promise<T>,
): T | undefined | Promise<T | undefined> {
  const collect = (error: unknown): undefined => {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(...error.problems);
  };
  try {
    const result = run();
    return result instanceof Promise ? result.catch(collect) : result;
  } catch (error) {
    return collect(error);
  }
}

/** A fault or limit the caller must see as a top-level error (`errors[].extensions.code`). Its message is shown as it is. */
export class FaultError extends Error {
  override readonly name = 'FaultError';
  constructor(
    readonly code: FaultCode,
    message: string,
    /** Shown beside the code, for programs. */
    readonly details: Readonly<Record<string, string | number>> = {},
  ) {
    super(message);
  }
}

/** The fault of a query about something that is not there, or that whoever asks may not see. @param noun in words, e.g. `data set`. */
export function nothingWithId(noun: string): FaultError {
  return new FaultError('NOT_FOUND', `There is no ${noun} with this id.`);
}
