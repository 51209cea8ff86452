import { Ctx, Extensions, FieldResolver, Query, Resolver } from 'type-graphql';
import { anybody } from '../access/access.js';
import type { GraphqlContext } from '../context.js';
import { ServerInfo, Worker } from './server.type.js';

@Resolver(() => ServerInfo)
export class ServerResolver {
  @Extensions(anybody)
  @Query(() => ServerInfo, { description: 'This server and its limits.' })
  server(@Ctx() { services }: GraphqlContext) {
    return services.server.describe();
  }

  @FieldResolver(() => [Worker])
  workers(@Ctx() { services }: GraphqlContext) {
    return services.jobs.workers();
  }
}
