import type { FastifyInstance, FastifyRequest } from 'fastify';
import { callerOf, encodeGlobalId } from '../../graphql/index.js';
import type { Services } from '../../services/index.js';
import { quoted } from '../../services/names.js';
import { FaultError } from '../../shared/errors.js';
import { storable, textOf } from './queryTexts.js';
import { projectOf } from './projectOfAddress.js';
import { scopeOfRequest } from './scopeOfRequest.js';
import { withGlobalId } from './shownRegion.js';

interface StationRoute {
  /** `project` is its name; left out in the short form of the address. */
  Params: { project?: string; station: string };
}

interface ImageRoute extends StationRoute {
  Querystring: Partial<Record<'part' | 'late', string | string[]>>;
  Body: Buffer | undefined;
}

/**
 * The door of the line: `PUT /v1/stations/:station/images` answers the verdict of the model that the station is set to, and
 * `GET /v1/stations/:station` what the station needs to know of itself. Whatever else than 200 and OK comes of a PUT, the part is NOK.
 */
export function stationRoutes(app: FastifyInstance, services: Pick<Services, 'projects' | 'stations'>): void {
  for (const place of ['/v1', '/v1/projects/:project']) {
    app.get<StationRoute>(`${place}/stations/:station`, async (request) =>
      services.stations.factsOf(await stationOf(services, request)),
    );
    app.put<ImageRoute>(`${place}/stations/:station/images`, async (request, reply) => {
      const { part, late } = request.query;
      const answer = await services.stations.predict(scopeOfRequest(request), await stationOf(services, request), {
        bytes: request.body ?? Buffer.alloc(0),
        partId: textOf(part) ?? null,
        isLate: isLate(late),
        signal: callerOf(reply.raw),
      });
      const { predictionId, regions, ...rest } = answer;
      const id = predictionId === null ? null : encodeGlobalId('LoggedPrediction', predictionId);
      return { station: request.params.station, ...rest, predictionId: id, regions: regions.map(withGlobalId) };
    });
  }
}

async function stationOf(services: Pick<Services, 'projects' | 'stations'>, request: FastifyRequest<StationRoute>) {
  const { project, station } = request.params;
  const scope = scopeOfRequest(request);
  const projectId = await projectOf(services, scope, project);
  if (!storable(station)) throw new FaultError('NOT_FOUND', `There is no station ${quoted(station)}.`);
  return services.stations.byName(scope, station.normalize('NFC'), projectId);
}

function isLate(late: string | string[] | undefined): boolean {
  if (late === undefined || late === 'true' || late === 'false') return late === 'true';
  throw new FaultError('BAD_USER_INPUT', `late is ${quoted(String(late))}; it must be true or false, or left out`);
}
