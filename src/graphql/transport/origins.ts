import { quoted } from '../../services/names.js';
import type { ResiduaConfig } from '../../shared/config.js';

export type OriginRules = Pick<ResiduaConfig, 'allowedOrigins' | 'publicUrl'>;

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

/** Says to the owner of a page why it is refused, and to the owner of the server what to do about it. */
export function originRefusal(origin: string): string {
  const ways = `set RESIDUA_ALLOWED_ORIGINS to let them, or RESIDUA_PUBLIC_URL when it is this server's own address behind a proxy`;
  return `Pages of ${quoted(origin)} may not use this server; ${ways}.`;
}
