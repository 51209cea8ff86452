import type { PluginLog } from '../plugin-api/index.js';
import { problem } from '../shared/errors.js';

/** A file lies behind few redirections, where it does at all. */
const mostRedirections = 5;

/** What is told while a file is fetched: bytes so far, and of how many where the server says it. */
export type FetchProgress = (received: number, total: number | undefined) => void;

/** An address to fetch a model file from. */
export interface Download {
  url: string;
  /** Its name, for messages. */
  file: string;
  /** That may be asked; all when undefined. */
  origins: readonly string[] | undefined;
}

/**
 * The answer behind an address and its redirections, each of which must be as allowed as the address: one that leads elsewhere would
 * let a caller reach what only this machine can. @throws ProblemError MODEL_INVALID.
 */
export async function openDownload({ url, file, origins }: Download, signal: AbortSignal): Promise<Response> {
  let next = new URL(url);
  for (let redirections = 0; redirections <= mostRedirections; redirections += 1) {
    if (!/^https?:$/.test(next.protocol)) {
      throw problem('MODEL_INVALID', `${next.href}: only http and https addresses are fetched`, { item: file });
    }
    if (origins && !origins.includes(next.origin)) {
      const message = `${next.origin} is not among the addresses that models are fetched from: RESIDUA_DOWNLOAD_HOSTS lists them`;
      throw problem('MODEL_INVALID', message, { item: file });
    }
    const response = await fetch(next, { signal, redirect: 'manual' });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    next = new URL(location, next);
  }
  throw problem('MODEL_INVALID', `${url} leads through more than ${mostRedirections} redirections`, { item: file });
}

/** A line for every tenth of a file; of one whose size is not told, for every 100 MB. */
export function loggedProgress(log: PluginLog, file: string): FetchProgress {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  let told = 0;
  return (received, total) => {
    const tenths = Math.floor(received / (total === undefined ? 1e8 : total / 10));
    if (tenths <= told) return;
    told = tenths;
    log.info(`fetching ${file}: ${megabytes(received)}${total === undefined ? '' : ` of ${megabytes(total)}`} MB`);
  };
}
