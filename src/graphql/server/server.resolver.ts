import { Ctx, Query, Resolver } from 'type-graphql';
import type { GraphqlContext } from '../context.js';
import { ServerInfo } from './server.type.js';

@Resolver()
export class ServerResolver {
  @Query(() => ServerInfo, { description: 'This server and its limits.' })
  server(@Ctx() { services }: GraphqlContext) {
    return services.server.describe();
  }
}
