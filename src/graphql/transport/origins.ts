import { isIP } from 'node:net';
import { quoted } from '../../services/names.js';
import type { ResiduaConfig } from '../../shared/config.js';

export type OriginRules = Pick<ResiduaConfig, 'allowedOrigins' | 'allowedHosts' | 'publicUrl' | 'apiToken'>;

/** Stands for every origin in the list of allowed ones. */
export const everyOrigin = '*';

/**
 * Whether the pages of an origin may use this server, over HTTP and WebSocket alike: its own, and the listed ones. Programs that
 * are no browsers send no origin.
 * @param host header of the request.
 */
export function isAllowedOrigin(origin: string | undefined, host: string | undefined, rules: OriginRules): boolean {
  const { allowedOrigins, publicUrl } = rules;
  if (origin === undefined || allowedOrigins.includes(everyOrigin) || allowedOrigins.includes(origin)) return true;
  if (!URL.canParse(origin)) return false;
  const own = [host, publicUrl === undefined ? undefined : new URL(publicUrl).host];
  return own.includes(new URL(origin).host);
}

/**
 * Whether a request without a token is meant for this server: somebody who owns a name can point it at this machine, and his page
 * then is of the same origin. Addresses, names of this machine, the public one and the listed ones cannot be taken so.
 * @param host header of the request.
 */
export function isKnownHost(host: string | undefined, { allowedHosts, publicUrl, apiToken }: OriginRules): boolean {
  if (apiToken !== undefined || host === undefined) return true;
  if (!URL.canParse(`http://${host}`)) return false;
  const { hostname } = new URL(`http://${host}`);
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 || /^(.+[.])?localhost$/.test(hostname)) return true;
  return allowedHosts.includes(hostname) || (publicUrl !== undefined && new URL(publicUrl).hostname === hostname);
}

/** Says under which name the server was asked, and to its owner what to do about it. */
export function hostRefusal(host: string): string {
  const ways =
    'set RESIDUA_ALLOWED_HOSTS or RESIDUA_PUBLIC_URL to be known by it, or RESIDUA_API_TOKEN to let nobody in by a name alone';
  return `This server is not known as ${quoted(host)}; ${ways}.`;
}

/** Says to the owner of a page why it is refused, and to the owner of the server what to do about it. */
export function originRefusal(origin: string): string {
  const ways = `set RESIDUA_ALLOWED_ORIGINS to let them, or RESIDUA_PUBLIC_URL when it is this server's own address behind a proxy`;
  return `Pages of ${quoted(origin)} may not use this server; ${ways}.`;
}
