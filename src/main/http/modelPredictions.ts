import type { FastifyInstance, FastifyReply } from 'fastify';
import type { BlobStore } from '../../files/index.js';
import { encodeGlobalId } from '../../graphql/globalId.js';
import type { PredictionAnswer, Region, Services } from '../../services/index.js';
import { quoted, textFault } from '../../services/names.js';
import { FaultError } from '../../shared/errors.js';
import { openApiDocument } from './openApi.js';

export interface ModelPredictionParts {
  services: Pick<Services, 'models' | 'predictions'>;
  blobs: BlobStore;
  limits: { imageBytes: number };
}

interface PredictRoute {
  Params: { name: string; version: string };
  Querystring: { map?: string | string[] };
  Body: Buffer | undefined;
}

/** `POST /v1/models/:name/:version/predict` for machines that speak no GraphQL, and `/v1/openapi.json` that describes it. */
export function modelPredictionRoutes(app: FastifyInstance, { services, blobs, limits }: ModelPredictionParts): void {
  takeImages(app, limits.imageBytes);
  app.get('/v1/openapi.json', (_request, reply) => reply.send(openApiDocument));
  app.post<PredictRoute>('/v1/models/:name/:version/predict', async ({ params, query, body }, reply) => {
    const { name, version } = params;
    const keepMap = wantsMap(query.map);
    const found = storable(name, version) && (await services.models.version(name.normalize('NFC'), version));
    if (!found) throw new FaultError('NOT_FOUND', `There is no version ${quoted(version)} of a model ${quoted(name)}.`);
    const bytes = body ?? Buffer.alloc(0);
    const answer = await services.predictions.predictSent({ modelVersionId: found.id, bytes, keepMap });
    // An alias may have moved by the time the answer is read: it says which version gave it.
    const regions = answer.regions.map(withGlobalId);
    if (!keepMap) return reply.send({ model: name, version: found.version, ...answer, regions });
    return sendMap(reply, blobs, found.version, answer);
  });
}

/** A text that no model can have as its name would be the database's error. */
function storable(...texts: readonly string[]): boolean {
  return texts.every((text) => textFault(text, Infinity) === undefined);
}

/** With the id of the training image as GraphQL has it. */
function withGlobalId({ nearestNormal, ...region }: Region) {
  if (!nearestNormal) return { ...region, nearestNormal: null };
  return { ...region, nearestNormal: { ...nearestNormal, imageId: encodeGlobalId('Image', nearestNormal.imageId) } };
}

/** Bodies are images, whole, up to the size limit; everything else is refused before it is read. */
function takeImages(app: FastifyInstance, bodyLimit: number): void {
  app.removeAllContentTypeParsers();
  const imageTypes = /^(image\/|application\/octet-stream)/;
  app.addContentTypeParser(imageTypes, { parseAs: 'buffer', bodyLimit }, (_request, body, done) => done(null, body));
  app.addContentTypeParser('*', ({ headers }, _payload, done) => {
    const message = `The content-type is ${quoted(headers['content-type'] ?? '')}; send the image itself as image/png, image/jpeg or the like.`;
    done(new FaultError('UNSUPPORTED_MEDIA_TYPE', message));
  });
}

function wantsMap(map: string | string[] | undefined): boolean {
  if (map === undefined || map === 'png') return map === 'png';
  throw new FaultError('BAD_USER_INPUT', `map is ${quoted(String(map))}; it must be png, or left out for JSON`);
}

async function sendMap(
  reply: FastifyReply,
  blobs: BlobStore,
  version: number,
  { anomalyMapSha256, anomalyMapScale, anomalyScore, isAnomalous }: PredictionAnswer,
): Promise<FastifyReply> {
  const map = await blobs.read(anomalyMapSha256!);
  return reply
    .type('image/png')
    .header('residua-model-version', version)
    .header('residua-anomaly-score', anomalyScore)
    .header('residua-is-anomalous', String(isAnomalous))
    .header('residua-anomaly-map-scale', anomalyMapScale)
    .send(map);
}
