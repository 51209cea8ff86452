import type { FastifyInstance, FastifyReply } from 'fastify';
import { callerOf, encodeGlobalId } from '../../graphql/index.js';
import type { Services } from '../../services/index.js';
import type { PredictionAnswer } from '../../services/predictions.service.js';
import type { Region } from '../../services/records.js';
import { quoted, textFault } from '../../services/names.js';
import { FaultError } from '../../shared/errors.js';
import { takeImages } from './imageBody.js';
import { openApiDocument } from './openApi.js';

export interface ModelPredictionParts {
  services: Pick<Services, 'models' | 'modelAliases' | 'predictions'>;
  limits: { imageBytes: number };
}

interface PredictRoute {
  Params: { name: string; version: string };
  Querystring: { map?: string | string[] };
  Body: Buffer | undefined;
}

interface ListRoute {
  Querystring: { after?: string | string[] };
}

/** Models of one page. */
const pageSize = 100;

/**
 * For machines that speak no GraphQL: `GET /v1/models` lists, `POST /v1/models/:name/:version/predict` asks, and
 * `/v1/openapi.json` describes both.
 */
export function modelPredictionRoutes(app: FastifyInstance, { services, limits }: ModelPredictionParts): void {
  takeImages(app, limits.imageBytes);
  app.get('/v1/openapi.json', (_request, reply) => reply.send(openApiDocument));
  app.get<ListRoute>('/v1/models', ({ query }) => listModels(services, query.after));
  app.post<PredictRoute>('/v1/models/:name/:version/predict', async ({ params, query, body }, reply) => {
    const { name, version } = params;
    const withMap = wantsMap(query.map);
    const found = storable(name, version) && (await services.models.version(name.normalize('NFC'), version));
    if (!found) throw new FaultError('NOT_FOUND', `There is no version ${quoted(version)} of a model ${quoted(name)}.`);
    const bytes = body ?? Buffer.alloc(0);
    const signal = callerOf(reply.raw);
    const answer = await services.predictions.predictSent({ modelVersionId: found.id, bytes, withMap, signal });
    if (withMap) return sendMap(reply, found.version, answer);
    // An alias may have moved by the time the answer is read: it says which version gave it.
    return reply.send({ model: name, version: found.version, ...answer, regions: answer.regions.map(withGlobalId) });
  });
}

/** Models by name with their aliases; `next` is where the next page begins, null on the last one. */
async function listModels(services: ModelPredictionParts['services'], after: string | string[] | undefined) {
  const page = await services.models.page({ first: pageSize, after: after === undefined ? undefined : String(after) });
  const aliases = await services.modelAliases.ofModels(page.nodes.map(({ id }) => id));
  const versions = await services.models.versionsByIds(aliases.map(({ modelVersionId }) => modelVersionId));
  const numbers = new Map(versions.map(({ id, version }) => [id, version]));
  const models = page.nodes.map(({ id, name, lastVersion }) => {
    const own = aliases.filter(({ modelId }) => modelId === id);
    const pairs = own.map((alias) => [alias.name, numbers.get(alias.modelVersionId)]);
    return { name, lastVersion, aliases: Object.fromEntries(pairs) as Record<string, number> };
  });
  return { models, next: page.hasNextPage ? page.cursors.at(-1) : null };
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

function wantsMap(map: string | string[] | undefined): boolean {
  if (map === undefined || map === 'png') return map === 'png';
  throw new FaultError('BAD_USER_INPUT', `map is ${quoted(String(map))}; it must be png, or left out for JSON`);
}

function sendMap(
  reply: FastifyReply,
  version: number,
  { anomalyMap, anomalyMapScale, anomalyScore, isAnomalous }: PredictionAnswer,
): FastifyReply {
  return reply
    .type('image/png')
    .header('residua-model-version', version)
    .header('residua-anomaly-score', anomalyScore)
    .header('residua-is-anomalous', String(isAnomalous))
    .header('residua-anomaly-map-scale', anomalyMapScale)
    .send(Buffer.from(anomalyMap!, 'base64'));
}
