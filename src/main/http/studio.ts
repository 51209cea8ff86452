import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { FaultError } from '../../shared/errors.js';
import type { Logger } from '../../shared/logger.js';
import { builtStudio } from '../studio/builtStudio.js';

/** Where Studio's pages stand. */
export const studioPath = '/studio/';

/** The page may load and call this server only; nothing in it becomes code, not even styles. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** A file, and what it is when packed; the build has made these once. */
interface StudioFile {
  type: string;
  etag: string;
  plain: Buffer;
  packed: { encoding: 'br' | 'gzip'; bytes: Buffer }[];
}

type StudioFiles = ReadonlyMap<string, StudioFile>;

interface StudioParts {
  logger: Logger;
  /** Whether whoever asks may see the page: where people sign in, those who have. */
  isKnown: (request: FastifyRequest) => Promise<boolean>;
}

/** Studio's pages: every address below `/studio/` is the one page, which shows what the address says. */
export function studioRoutes(app: FastifyInstance, { logger, isKnown }: StudioParts): void {
  const files = onDemand(async () => readFiles(await builtStudio((line) => logger.info(line))));
  const found = async (): Promise<StudioFiles> => {
    try {
      return await files();
    } catch (error) {
      logger.error({ err: error }, 'Studio is not there');
      throw new FaultError('SERVICE_UNAVAILABLE', "Studio could not be built; the server's log says why.");
    }
  };
  app.get('/', (request, reply) => {
    if (!request.headers.accept?.includes('text/html')) return reply.callNotFound();
    return reply.redirect(studioPath, 303);
  });
  app.get('/studio', (_request, reply) => reply.redirect(studioPath, 303));
  app.get<{ Params: { '*': string } }>('/studio/*', async (request, reply) => {
    const name = request.params['*'];
    if (name.startsWith('assets/')) {
      const asset = (await found()).get(name);
      if (!asset) return reply.callNotFound();
      // A worker obeys what comes with its own script.
      void reply.header('content-security-policy', contentSecurityPolicy);
      return send(request, reply.header('cache-control', 'public, max-age=31536000, immutable'), asset);
    }
    if (!(await isKnown(request))) {
      return reply.header('cache-control', 'no-store').redirect(signInFor(request.url), 303);
    }
    return send(request, pageHeaders(reply), (await found()).get('index.html')!);
  });
}

function signInFor(address: string): string {
  return `/sign-in?return=${encodeURIComponent(address)}`;
}

function pageHeaders(reply: FastifyReply): FastifyReply {
  return reply
    .header('content-security-policy', contentSecurityPolicy)
    .header('referrer-policy', 'no-referrer')
    .header('cross-origin-opener-policy', 'same-origin')
    .header('cache-control', 'no-cache');
}

function send(request: FastifyRequest, reply: FastifyReply, { type, etag, plain, packed }: StudioFile): FastifyReply {
  const accepts = String(request.headers['accept-encoding'] ?? '');
  const choice = packed.find(({ encoding }) => new RegExp(`\\b${encoding}\\b(?!\\s*;\\s*q=0)`).test(accepts));
  void reply.header('x-content-type-options', 'nosniff').header('vary', 'accept-encoding').header('etag', etag);
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  if (choice) void reply.header('content-encoding', choice.encoding);
  return reply.type(type).send(choice?.bytes ?? plain);
}

/** Everything once, into memory: no path of a request touches the disk, and a later build changes nothing under an open page. */
async function readFiles(folder: string): Promise<StudioFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const read = async (place: string): Promise<[string, StudioFile]> => {
    const plain = await readFile(place);
    const packed: StudioFile['packed'] = [];
    if (paths.includes(`${place}.br`)) packed.push({ encoding: 'br', bytes: await readFile(`${place}.br`) });
    if (paths.includes(`${place}.gz`)) packed.push({ encoding: 'gzip', bytes: await readFile(`${place}.gz`) });
    const etag = `"${createHash('sha256').update(plain).digest('hex').slice(0, 32)}"`;
    const type = types[path.extname(place)] ?? 'application/octet-stream';
    return [path.relative(folder, place).split(path.sep).join('/'), { type, etag, plain, packed }];
  };
  return new Map(await Promise.all(paths.filter((place) => !/\.(br|gz)$/.test(place)).map(read)));
}

/** Makes something when it is first asked for, and again after a failure. */
function onDemand<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
