import type { FastifyInstance, FastifyRequest } from 'fastify';
import { quoted } from '../../services/names.js';
import { FaultError } from '../../shared/errors.js';

/** What a form may have beside its image: boundaries, names, other fields. */
const formBytes = 64 * 1024;

/** Types of a body that is the image itself. curl announces a form for any `--data-binary`; what a body is, its bytes say. */
const wholeImage = /^(image\/|application\/octet-stream|application\/x-www-form-urlencoded)/;

/** Bodies are images, whole or as the file of a form, up to the size limit; everything else is refused before it is read. */
export function takeImages(app: FastifyInstance, imageBytes: number): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(wholeImage, { parseAs: 'buffer', bodyLimit: imageBytes }, (_request, body, done) => {
    done(null, body);
  });
  const formLimits = { parseAs: 'buffer', bodyLimit: imageBytes + formBytes } as const;
  app.addContentTypeParser(/^multipart\/form-data/, formLimits, ({ headers }: FastifyRequest, body: Buffer) => {
    return fileOfForm(body, headers['content-type']!, imageBytes);
  });
  app.addContentTypeParser('*', ({ headers }, _payload, done) => {
    const message =
      `The content-type is ${quoted(headers['content-type'] ?? '')}; send the image itself as image/png, image/jpeg or the like, ` +
      'or as the one file of multipart/form-data.';
    done(new FaultError('UNSUPPORTED_MEDIA_TYPE', message));
  });
}

/** @throws FaultError BAD_REQUEST for a broken form, BAD_USER_INPUT unless it holds one file, PAYLOAD_TOO_LARGE. */
async function fileOfForm(body: Buffer, contentType: string, imageBytes: number): Promise<Buffer> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } })
    .formData()
    .catch(() => undefined);
  if (!form)
    throw new FaultError('BAD_REQUEST', 'The body is not the multipart/form-data that its content-type announces.');
  const files = [...form.values()].filter((value) => typeof value !== 'string');
  const [file] = files;
  if (!file || files.length > 1) {
    throw new FaultError('BAD_USER_INPUT', `The form holds ${files.length} files; exactly 1, the image, is allowed.`);
  }
  if (file.size > imageBytes) {
    throw new FaultError('PAYLOAD_TOO_LARGE', `The image has ${file.size} bytes; at most ${imageBytes} are allowed.`);
  }
  return Buffer.from(await file.arrayBuffer());
}
