import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Webhook } from 'standardwebhooks';
import type { DeliveryOutcome } from '../deliveries/deliveryLog.js';
import { guardedLookup, urlFault } from './addressRules.js';

/** What a receiver is told. */
export interface Message {
  /** `webhook-id`: whoever has seen it once need not look again. */
  id: string;
  /** JSON. */
  body: string;
}

/** Where to, and signed by what. */
export interface Receiver {
  url: string;
  /** Each signs; `whsec_…`. */
  secrets: readonly string[];
}

/** What came of an attempt. */
export interface SentOutcome extends DeliveryOutcome {
  /** Seconds the receiver asks to wait. */
  retryAfter: number | undefined;
}

/** From the connection to the end of the answer's head: a receiver that hangs or drips is given up. */
const deadlineMilliseconds = 10_000;

/**
 * Sends a message by POST, signed as Standard Webhooks say (https://www.standardwebhooks.com). Redirections are not followed: they would
 * lead to addresses that nobody has looked at. Of the answer only its status is read.
 * @returns what came of it; never throws.
 */
export async function sendDelivery(
  { url, secrets }: Receiver,
  { id, body }: Message,
  allowPrivate: boolean,
  deadline = deadlineMilliseconds,
): Promise<SentOutcome> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  // What was allowed when the webhook was made need not be any more.
  const fault = urlFault(url, allowPrivate);
  if (fault) return { status: null, failure: `the address ${fault}`, seconds: 0, retryAfter: undefined };
  try {
    const answer = await post(new URL(url), body, headersOf(id, body, secrets), { allowPrivate, deadline });
    return { ...answer, seconds: seconds() };
  } catch (error) {
    const failure = error instanceof Error ? error.message || error.name : String(error);
    return { status: null, failure, seconds: seconds(), retryAfter: undefined };
  }
}

function headersOf(id: string, body: string, secrets: readonly string[]): Record<string, string> {
  const now = new Date();
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, now, body));
  return {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': 'Residua-Webhooks',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': signatures.join(' '),
  };
}

function post(
  url: URL,
  body: string,
  headers: Record<string, string>,
  { allowPrivate, deadline }: { allowPrivate: boolean; deadline: number },
): Promise<Omit<SentOutcome, 'seconds'>> {
  const begin = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = begin(url, { method: 'POST', headers, agent: false, lookup: guardedLookup(allowPrivate) });
    const timer = setTimeout(() => sent.destroy(new Error(`no answer within ${deadline / 1000} s`)), deadline);
    sent.on('response', (answer) => {
      clearTimeout(timer);
      resolve(read(answer));
      // Whatever it goes on to say, nobody listens.
      sent.destroy();
    });
    sent.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    sent.end(body);
  });
}

function read({ statusCode = 0, headers }: IncomingMessage): Omit<SentOutcome, 'seconds'> {
  const isTaken = statusCode >= 200 && statusCode < 300;
  const asked = Number(headers['retry-after']);
  return {
    status: statusCode,
    failure: isTaken ? null : `the receiver answered ${statusCode}`,
    retryAfter: Number.isFinite(asked) && asked > 0 ? asked : undefined,
  };
}
