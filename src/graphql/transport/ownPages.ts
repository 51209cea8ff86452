import type { IncomingHttpHeaders } from 'node:http';
import { FaultError } from '../../shared/errors.js';

/**
 * Whether a page of this very server sent a request, as browsers say it: `Sec-Fetch-Site`, or `Origin` where a browser is older. What a
 * browser sends by itself, as a cookie, proves nothing about who made it do so.
 */
export function isFromOwnPage(headers: IncomingHttpHeaders, publicUrl: string | undefined): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin, host } = headers;
  if (origin === undefined || !URL.canParse(origin)) return false;
  return [host, publicUrl === undefined ? undefined : new URL(publicUrl).host].includes(new URL(origin).host);
}

/** @throws FaultError FORBIDDEN unless a page of this server sent it. */
export function requireOwnPage(headers: IncomingHttpHeaders, publicUrl: string | undefined): void {
  if (isFromOwnPage(headers, publicUrl)) return;
  const message =
    'A session counts only for changes that pages of this server ask for; programs, and pages elsewhere, send a token instead.';
  throw new FaultError('FORBIDDEN', message);
}
