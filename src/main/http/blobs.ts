import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { imageContentTypes, isSha256, sniffSignature, type BlobStore, type Signature } from '../../files/index.js';
import type { Services } from '../../services/index.js';
import { FaultError } from '../../shared/errors.js';
import { exportsOfRequest, scopeOfRequest } from './scopeOfRequest.js';

/** `GET /blobs/:sha256`: immutable content, its type read from its first bytes. */
export function blobRoutes(app: FastifyInstance, blobs: BlobStore, { owners }: Pick<Services, 'owners'>): void {
  app.get<{ Params: { sha256: string } }>('/blobs/:sha256', async (request, reply) => {
    const { sha256 } = request.params;
    const isOpen =
      isSha256(sha256) && (await owners.mayReadBlob(scopeOfRequest(request), exportsOfRequest(request), sha256));
    const bytes = isOpen ? await blobs.size(sha256) : undefined;
    if (bytes === undefined) throw new FaultError('NOT_FOUND', 'There is no blob with this sha256.');
    immutable(reply, sha256);
    if (request.headers['if-none-match'] === `"${sha256}"`) return reply.code(304).send();
    const { type, content } = await typed(await blobs.open(sha256));
    return named(reply, sha256, type).header('content-length', bytes).send(content);
  });
}

/** For content that never changes under its address, and that a browser must not take for a page. */
export function immutable(reply: FastifyReply, etag: string): FastifyReply {
  return (
    reply
      .header('etag', `"${etag}"`)
      .header('cache-control', 'private, max-age=31536000, immutable')
      .header('x-content-type-options', 'nosniff')
      // Pages that are isolated from others show only what says that it may be shown.
      .header('cross-origin-resource-policy', 'cross-origin')
      .header('content-security-policy', "default-src 'none'; sandbox")
  );
}

/** Endings of what is given out, by media type. */
const endings: Record<string, string> = {
  ...Object.fromEntries(Object.entries(imageContentTypes).map(([format, type]) => [type, format])),
  'application/zip': 'zip',
};

/** With a name to save it under. Only pictures are shown in the browser: everything else is saved. */
export function named(reply: FastifyReply, name: string, type: string): FastifyReply {
  const place = type.startsWith('image/') ? 'inline' : 'attachment';
  return reply.type(type).header('content-disposition', `${place}; filename="${name}.${endings[type] ?? 'bin'}"`);
}

async function typed(stream: Readable): Promise<{ type: string; content: Readable }> {
  const pieces = stream.iterator() as NodeJS.AsyncIterator<Buffer, undefined>;
  const first = await pieces.next();
  if (first.done) return { type: 'application/octet-stream', content: Readable.from([]) };
  const type = typeOf(sniffSignature(first.value));
  return { type, content: Readable.from(rejoin(first.value, pieces), { objectMode: false }) };
}

function typeOf(signature: Signature): string {
  if (signature.format) return imageContentTypes[signature.format];
  return signature.looksLike === 'application/zip' ? signature.looksLike : 'application/octet-stream';
}

async function* rejoin(first: Buffer, rest: NodeJS.AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield first;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
