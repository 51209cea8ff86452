import { CommanderError } from 'commander';
import { FaultError, ProblemError } from '../../shared/errors.js';
import { databaseFault } from '../../shared/databaseFault.js';
import { RefusedError, RequestError, UnreachableError } from '../../client/index.js';

/** What was typed cannot be meant: wrong option, wrong combination. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Exit codes: 1 something went wrong, 2 the command line is wrong, 130 interrupted. */
export const exitCodes = { problem: 1, usage: 2, interrupted: 130 } as const;

interface PrintedProblem {
  code: string;
  message: string;
  item?: string | undefined;
  field?: readonly string[] | undefined;
}

/**
 * Prints what went wrong on standard error (with `json` as one JSON line `{"errors": [...]}` on standard output) and returns
 * the exit code.
 */
export function printError(error: unknown, json: boolean): number {
  // Commander has already written its own message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
  const problems = problemsOf(error);
  if (json) process.stdout.write(`${JSON.stringify({ errors: problems })}\n`);
  for (const problem of problems) process.stderr.write(`${problemText(problem)}\n`);
  const hint = hintFor(error);
  if (hint) process.stderr.write(`${hint}\n`);
  return error instanceof UsageError ? exitCodes.usage : exitCodes.problem;
}

function problemsOf(error: unknown): PrintedProblem[] {
  if (error instanceof ProblemError || error instanceof RefusedError) return [...error.problems];
  if (error instanceof RequestError) return [...error.errors];
  if (error instanceof FaultError) return [{ code: error.code, message: error.message }];
  if (error instanceof UnreachableError) return [{ code: 'SERVICE_UNAVAILABLE', message: error.message }];
  if (error instanceof UsageError) return [{ code: 'BAD_USER_INPUT', message: error.message }];
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.flatMap(problemsOf);
  const outside = error instanceof Error ? outsideProblem(error) : undefined;
  if (outside) return [outside];
  return [{ code: 'INTERNAL_ERROR', message: error instanceof Error ? error.message : String(error) }];
}

/** What the machine or the database says, in words for who configured them; undefined for what is a fault of ours. */
function outsideProblem(error: NodeJS.ErrnoException & { port?: number }): PrintedProblem | undefined {
  const { code = '', syscall, path, message } = error;
  const ofDatabase = databaseFault(error);
  if (ofDatabase) return { code: ofDatabase.code, message: `${ofDatabase.message} (${message})` };
  if (refusedLogin.test(code)) return { code: 'CONFIG_INVALID', message: `DATABASE_URL lets nobody in: ${message}` };
  if (syscall === 'listen') return { code: 'CONFIG_INVALID', message: `port ${error.port} cannot be used: ${message}` };
  if (syscall && path) return { code: 'CONFIG_INVALID', message: `${path} cannot be used: ${message}` };
  return undefined;
}

/** PostgreSQL's codes for a wrong user, password or database. */
const refusedLogin = /^(28000|28P01|3D000)$/;

function problemText({ code, message, item, field }: PrintedProblem): string {
  const where = item !== undefined && !message.includes(item) ? ` [${item}]` : '';
  const path = field?.length ? ` (${field.join('.')})` : '';
  // Names come from files and servers: nothing in them may steer the terminal.
  return `error ${code}: ${message}${where}${path}`.replace(
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    '�',
  );
}

function hintFor(error: unknown): string | undefined {
  if (error instanceof UnreachableError) {
    return `Is it running? Start one with "residua serve", or name another with --url or RESIDUA_URL.`;
  }
  if (error instanceof RequestError && error.errors.some(({ code }) => code === 'UNAUTHENTICATED')) {
    return 'Run "residua login", or set RESIDUA_API_TOKEN to a token of the server.';
  }
  if (problemsOf(error).some(({ code }) => code === 'DATASET_LAYOUT_INVALID')) {
    return 'Is it another layout? --format names it: "folders" reads <good or a defect type>/*, docs/formats.md tells the rest.';
  }
  if (error instanceof UsageError) return 'See "residua --help" or "residua <command> --help".';
  return undefined;
}
