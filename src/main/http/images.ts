import type { FastifyInstance } from 'fastify';
import { decodeRle, encodeMaskPng, thumbnail, thumbnailContentType, type BlobStore } from '../../files/index.js';
import type { Services } from '../../services/index.js';
import { uuidPattern } from '../../services/pagination.js';
import type { PixelPayload } from '../../services/records.js';
import { FaultError } from '../../shared/errors.js';
import { immutable } from './blobs.js';

type ById = { Params: { id: string } };

/** Pictures made on demand: previews of images, and masks of pixel annotations. */
export function imageRoutes(app: FastifyInstance, services: Services, blobs: BlobStore): void {
  app.get<ById>('/images/:id/thumbnail', async (request, reply) => {
    const [image] = await services.images.byIds(checked(request.params.id, 'image'));
    if (!image) throw missing('image');
    const preview = await thumbnail(await blobs.read(image.sha256));
    return immutable(reply, `thumbnail-${image.sha256}`).type(thumbnailContentType).send(preview);
  });

  app.get<ById>('/annotations/:id/mask', async (request, reply) => {
    const [annotation] = await services.annotations.byIds(checked(request.params.id, 'pixel annotation'));
    if (annotation?.kind !== 'PIXEL') throw missing('pixel annotation');
    const [image] = await services.images.byIds([annotation.imageId]);
    if (!image) throw missing('pixel annotation');
    const mask = decodeRle((annotation.payload as PixelPayload).counts, image);
    return immutable(reply, `mask-${annotation.id}`)
      .type('image/png')
      .send(await encodeMaskPng(mask));
  });
}

function checked(id: string, what: string): [string] {
  if (!uuidPattern.test(id)) throw missing(what);
  return [id];
}

function missing(what: string): FaultError {
  return new FaultError('NOT_FOUND', `There is no ${what} with this id.`);
}
