import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { previewContentType, type PreviewSide } from '../../files/index.js';
import { previewSideOf } from '../../services/images/previewSide.js';
import type { Services } from '../../services/index.js';
import type { PixelProcesses } from '../../services/pixel-process/pixelProcesses.js';
import { uuidPattern } from '../../services/pagination.js';
import type { PixelPayload } from '../../services/records.js';
import { FaultError } from '../../shared/errors.js';
import { immutable, named } from './blobs.js';
import { scopeOfRequest } from './scopeOfRequest.js';

type ById = { Params: { id: string } };

/** Pictures of images and of their pixel annotations. */
export function imageRoutes(app: FastifyInstance, services: Services, pixels: PixelProcesses): void {
  const preview = async (request: FastifyRequest<ById>, reply: FastifyReply, side: PreviewSide, name: string) => {
    const scope = scopeOfRequest(request);
    const [image] = await services.images.byIds(scope, checked(request.params.id, 'image'));
    if (!image) throw missing('image');
    if (image.erasedAt) throw new FaultError('NOT_FOUND', 'This image was erased.');
    const picture = await services.images.preview(image, side);
    return named(immutable(reply, `${name}-${image.sha256}`), `${name}-${image.id}`, previewContentType).send(picture);
  };

  app.get<ById>('/images/:id/thumbnail', (request, reply) => preview(request, reply, 256, 'thumbnail'));

  app.get<ById & { Querystring: { side?: string } }>('/images/:id/preview', (request, reply) => {
    const side = previewSideOf(Number(request.query.side ?? 1024));
    return preview(request, reply, side, `preview-${side}`);
  });

  app.get<ById>('/annotations/:id/mask', async (request, reply) => {
    const scope = scopeOfRequest(request);
    const [annotation] = await services.annotations.byIds(scope, checked(request.params.id, 'pixel annotation'));
    if (annotation?.kind !== 'PIXEL') throw missing('pixel annotation');
    const [image] = await services.images.byIds(scope, [annotation.imageId]);
    if (!image) throw missing('pixel annotation');
    const { counts } = annotation.payload as PixelPayload;
    const { width, height, filename: item } = image;
    const mask = await pixels.run('maskPicture', [counts, { width, height }], { item });
    const name = `mask-${annotation.id}`;
    return named(immutable(reply, name), name, 'image/png').send(mask);
  });
}

function checked(id: string, what: string): [string] {
  if (!uuidPattern.test(id)) throw missing(what);
  return [id];
}

function missing(what: string): FaultError {
  return new FaultError('NOT_FOUND', `There is no ${what} with this id.`);
}
