import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import { Readable, type Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import type { FaultCode, UserErrorCode } from '../../shared/errorCodes.js';
import { FaultError, ProblemError } from '../../shared/errors.js';
import type { Logger } from '../../shared/logger.js';
import { databaseFault } from '../../shared/databaseFault.js';

const statusOfCode: Partial<Record<FaultCode | UserErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  TOKEN_INVALID: 401,
  TOKEN_EXPIRED: 401,
  TOKEN_REVOKED: 401,
  TOKEN_ROTATED: 401,
  SESSION_ENDED: 401,
  SIGN_IN_FAILED: 401,
  INVITATION_INVALID: 404,
  INVITATION_USED: 410,
  INVITATION_EXPIRED: 410,
  LOGIN_REFUSED: 403,
  LOGIN_EXPIRED: 410,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  UPLOAD_EXPIRED: 410,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UPLOAD_CHECKSUM_MISMATCH: 422,
  RATE_LIMITED: 429,
  QUOTA_EXCEEDED: 429,
  SERVICE_UNAVAILABLE: 503,
  STORAGE_FULL: 507,
};

/** Status of an answer that is such an error. */
export function statusOf(code: FaultCode | UserErrorCode): number {
  return statusOfCode[code] ?? 400;
}

/** An error as clients see it. */
type ShownError = Pick<FaultError, 'message'> & { code: string; details?: FaultError['details'] };

/** Sends an error in the shape GraphQL uses, outside GraphQL too. */
export function sendError(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return sendErrors(reply, status, [{ code, message }]);
}

/** The body of an answer that is an error, wherever it is made. */
export function errorText(errors: readonly ShownError[]): string {
  return JSON.stringify({
    errors: errors.map(({ code, message, details }) => ({ message, extensions: { ...details, code } })),
  });
}

/** Answers what never became a request, or never will become a WebSocket, and ends the connection. */
export function refuseConnection(
  connection: Duplex,
  status: number,
  code: FaultCode,
  message: string,
  details: FaultError['details'] = {},
): void {
  connection.on('error', () => connection.destroy());
  const text = errorText([{ code, message, details }]);
  const wait = details['retryAfterSeconds'];
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(text)}`,
    ...(wait === undefined ? [] : [`retry-after: ${wait}`]),
  ];
  connection.end(`${head.join('\r\n')}\r\n\r\n${text}`);
}

function sendErrors(reply: FastifyReply, status: number, errors: readonly ShownError[]): FastifyReply {
  const wait = errors[0]?.details?.['retryAfterSeconds'];
  if (wait !== undefined) void reply.header('retry-after', wait);
  const text = errorText(errors);
  const { raw } = reply.request;
  const answer = reply.code(status).type('application/json; charset=utf-8');
  if (raw.complete) return answer.send(text);
  return answer
    .header('connection', 'close')
    .header('content-length', Buffer.byteLength(text))
    .send(Readable.from(answerThenLinger(text, raw)));
}

const lingerMilliseconds = 1_000;

/**
 * For a request whose body still arrives: closing at once would reset the connection, and the client, still writing, would
 * never read the answer. So the rest is read and thrown away for a moment.
 */
async function* answerThenLinger(text: string, request: IncomingMessage): AsyncGenerator<string> {
  yield text;
  const ended = new Promise((resolve) => request.once('close', resolve).once('end', resolve));
  request.resume();
  await Promise.race([ended, pause(lingerMilliseconds, undefined, { ref: false })]);
}

/** Every error of every route leaves as JSON: expected ones as they are, the rest under a reference. */
export function handleErrors(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler<FastifyError | Error>((error, _request, reply) => {
    if (error instanceof FaultError || error instanceof ProblemError) {
      return sendErrors(reply, statusOf(error.code), error instanceof ProblemError ? error.problems : [error]);
    }
    const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
    if (status < 500) return sendError(reply, status, codeOfStatus(status), error.message);
    const ofDatabase = databaseFault(error);
    if (ofDatabase) {
      logger.warn({ err: error }, ofDatabase.message);
      return sendErrors(reply, statusOf(ofDatabase.code), [ofDatabase]);
    }
    const reference = randomUUID();
    logger.error({ reference, err: error }, 'a request failed unexpectedly');
    return sendError(reply, 500, 'INTERNAL_SERVER_ERROR', `Internal error. Reference: ${reference}`);
  });
  app.setNotFoundHandler((_request, reply) => sendError(reply, 404, 'NOT_FOUND', 'There is nothing at this address.'));
}

function codeOfStatus(status: number): FaultCode {
  if (status === 404) return 'NOT_FOUND';
  if (status === 413) return 'PAYLOAD_TOO_LARGE';
  return status === 415 ? 'UNSUPPORTED_MEDIA_TYPE' : 'BAD_REQUEST';
}
