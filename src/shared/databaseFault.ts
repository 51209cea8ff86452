/** What Node.js, PostgreSQL and its client say when the other side is gone, going, coming or overburdened. */
const codes = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|08...|57P0[1-5]|57014|53300)$/;
const messages =
  /^(timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client has encountered a connection error|Cannot use a pool after calling end|Driver not Connected)/;

/** PostgreSQL's code for no space left where it keeps its files. */
const diskFull = '53100';

/** What keeps the database from doing its work, for whoever asked for something. */
interface DatabaseFault {
  code: 'SERVICE_UNAVAILABLE' | 'STORAGE_FULL';
  message: string;
}

/** A fault of the database that is nobody's mistake; undefined for every other error. */
export function databaseFault(error: unknown): DatabaseFault | undefined {
  if (isUnavailable(error)) {
    return { code: 'SERVICE_UNAVAILABLE', message: 'The database does not answer at the moment. Try again soon.' };
  }
  if (error instanceof Error && (error as { code?: unknown }).code === diskFull) {
    return {
      code: 'STORAGE_FULL',
      message: 'The disk of the database is full. Nothing was changed; free space and try again.',
    };
  }
  return undefined;
}

/** Whether an error says that something this server needs cannot be reached now, and so is nobody's mistake. */
function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return (typeof code === 'string' && codes.test(code)) || messages.test(error.message);
}
