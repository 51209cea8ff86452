import { Arg, Args, Ctx, Extensions, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { StationEntity } from '../../services/records.js';
import { may } from '../access/access.js';
import { connection } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { encodeGlobalId, idOf, optionalIdOf, queriedIdOf } from '../globalId.js';
import { Model } from '../model/model.type.js';
import { payload } from '../user-error/payload.js';
import { CreateStationInput, StationInput, StationsArgs, UpdateStationInput } from './station.input.js';
import { DeleteStationPayload, Station, StationConnection, StationPayload } from './station.type.js';

@Resolver(() => Station)
export class StationResolver {
  @FieldResolver(() => ID)
  stationId(@Root() { id }: StationEntity) {
    return encodeGlobalId('Station', id);
  }

  @FieldResolver(() => Model, { nullable: true })
  model(@Root() { modelId }: StationEntity, @Ctx() { loaders }: GraphqlContext) {
    return modelId === null ? null : loaders.model.load(modelId);
  }

  @Extensions(may('READ'))
  @Query(() => StationConnection, { description: 'The stations of a project, by name.' })
  stations(@Args(() => StationsArgs) { projectId, ...page }: StationsArgs, @Ctx() { services, scope }: GraphqlContext) {
    return connection(services.stations.page(scope, queriedIdOf('Project', projectId), page));
  }

  @Extensions(may('CONNECT'))
  @Mutation(() => StationPayload, {
    description: 'Makes a station. It asks with a token that may PREDICT, over `PUT /v1/stations/:station/images`.',
  })
  createStation(
    @Arg('input', () => CreateStationInput, { description: 'What it is called, and who answers.' })
    input: CreateStationInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const projectId = idOf('Project', input.projectId, ['input', 'projectId']);
      const modelId = idOf('Model', input.modelId, ['input', 'modelId']);
      return { station: await context.services.stations.create(context.scope, { ...input, projectId, modelId }) };
    });
  }

  @Extensions(may('CONNECT'))
  @Mutation(() => StationPayload, { description: 'Changes a station; the next image is asked about the new way.' })
  updateStation(
    @Arg('input', () => UpdateStationInput, { description: 'Which, and what.' })
    { stationId, ...change }: UpdateStationInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const modelId = optionalIdOf('Model', change.modelId, ['input', 'modelId']);
      const given = { ...change, modelId };
      return { station: await context.services.stations.update(context.scope, stationIdOf(stationId), given) };
    });
  }

  @Extensions(may('CONNECT'))
  @Mutation(() => DeleteStationPayload, { description: 'Deletes a station; what it asked stays in the log.' })
  deleteStation(
    @Arg('input', () => StationInput, { description: 'The station that is meant.' }) { stationId }: StationInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      await context.services.stations.remove(context.scope, stationIdOf(stationId));
      return { deletedId: stationId };
    });
  }
}

function stationIdOf(stationId: string): string {
  return idOf('Station', stationId, ['input', 'stationId']);
}
