/** What Node.js, PostgreSQL and its client say when the other side is gone, going, coming or overburdened. */
const codes = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|08...|57P0[1-5]|57014|53300)$/;
const messages =
  /^(timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client has encountered a connection error|Cannot use a pool after calling end|Driver not Connected)/;

export const unavailableMessage = 'The database does not answer at the moment. Try again soon.';

/** Whether an error says that something this server needs cannot be reached now, and so is nobody's mistake. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return (typeof code === 'string' && codes.test(code)) || messages.test(error.message);
}
