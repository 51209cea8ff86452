import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../../graphql/index.js';
import type { Services } from '../../services/index.js';
import type { PredictionAnswer } from '../../services/predictions.service.js';
import { quoted } from '../../services/names.js';
import { FaultError } from '../../shared/errors.js';
import { takeImages } from './imageBody.js';
import { openApiDocument } from './openApi.js';
import { projectOf } from './projectOfAddress.js';
import { storable, textOf } from './queryTexts.js';
import { scopeOfRequest } from './scopeOfRequest.js';
import { withGlobalId } from './shownRegion.js';

export interface ModelPredictionParts {
  services: Pick<Services, 'projects' | 'models' | 'modelAliases' | 'predictions'>;
  limits: { imageBytes: number };
}

interface PredictRoute {
  /** `project` is its name; left out in the short form of the address. */
  Params: { project?: string; name: string; version: string };
  Querystring: Partial<Record<'map' | 'station' | 'part', string | string[]>>;
  Body: Buffer | undefined;
}

interface ListRoute {
  Params: { project?: string };
  Querystring: { after?: string | string[] };
}

/** Models of one page. */
const pageSize = 100;

/**
 * For machines that speak no GraphQL: `GET /v1/models` lists, `POST /v1/models/:name/:version/predict` asks, and
 * `/v1/openapi.json` describes both. Below `/v1/projects/:project` they are about one project.
 */
export function modelPredictionRoutes(app: FastifyInstance, { services, limits }: ModelPredictionParts): void {
  takeImages(app, limits.imageBytes);
  app.get('/v1/openapi.json', (_request, reply) => reply.send(openApiDocument));
  for (const place of ['/v1', '/v1/projects/:project']) {
    app.get<ListRoute>(`${place}/models`, (request) => listModels(services, request));
    app.post<PredictRoute>(`${place}/models/:name/:version/predict`, (request, reply) =>
      predict(services, request, reply),
    );
  }
}

async function predict(
  services: ModelPredictionParts['services'],
  request: FastifyRequest<PredictRoute>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { name, version } = request.params;
  const withMap = wantsMap(request.query.map);
  const scope = scopeOfRequest(request);
  const projectId = await projectOf(services, scope, request.params.project);
  const found =
    storable(name, version) && (await services.models.version(scope, name.normalize('NFC'), version, projectId));
  if (!found) throw new FaultError('NOT_FOUND', `There is no version ${quoted(version)} of a model ${quoted(name)}.`);
  const bytes = request.body ?? Buffer.alloc(0);
  const asker = { station: textOf(request.query.station), partId: textOf(request.query.part) };
  const sent = { modelVersionId: found.id, bytes, withMap, signal: callerOf(reply.raw), ...asker };
  const answer = await services.predictions.predictSent(scope, sent);
  if (withMap) return sendMap(reply, found.version, answer);
  // An alias may have moved by the time the answer is read: it says which version gave it.
  return reply.send({ model: name, version: found.version, ...answer, regions: answer.regions.map(withGlobalId) });
}

/** Models by name with their aliases; `next` is where the next page begins, null on the last one. */
async function listModels(services: ModelPredictionParts['services'], request: FastifyRequest<ListRoute>) {
  const { after } = request.query;
  const scope = scopeOfRequest(request);
  const projectId = await projectOf(services, scope, request.params.project);
  const wanted = { first: pageSize, after: after === undefined ? undefined : String(after) };
  const page = await services.models.page(scope, wanted, projectId);
  const aliases = await services.modelAliases.ofModels(
    scope,
    page.nodes.map(({ id }) => id),
  );
  const versionIds = aliases.map(({ modelVersionId }) => modelVersionId);
  const versions = await services.models.versionsByIds(scope, versionIds);
  const numbers = new Map(versions.map(({ id, version }) => [id, version]));
  const models = page.nodes.map(({ id, name, lastVersion }) => {
    const own = aliases.filter(({ modelId }) => modelId === id);
    const pairs = own.map((alias) => [alias.name, numbers.get(alias.modelVersionId)]);
    return { name, lastVersion, aliases: Object.fromEntries(pairs) as Record<string, number> };
  });
  return { models, next: page.hasNextPage ? page.cursors.at(-1) : null };
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
