import { Extensions, Arg, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { anybody } from '../access/access.js';
import type { PluginRecord } from '../../services/records.js';
import type { GraphqlContext } from '../context.js';
import { Plugin, PluginChoice, PluginKindEnum, type PluginKindName } from './plugin.type.js';

@Resolver(() => PluginChoice)
export class PluginResolver {
  @Extensions(anybody)
  @Query(() => [Plugin], { description: 'Every plugin, those that failed to load included.' })
  plugins(
    @Arg('kind', () => PluginKindEnum, { nullable: true, description: 'Only this kind.' })
    kind: PluginKindName | null | undefined,
    @Ctx() { services }: GraphqlContext,
  ) {
    return services.plugins.list(kind ?? undefined);
  }

  @FieldResolver(() => Plugin)
  plugin(@Root() { kind, id }: PluginRecord, @Ctx() { services }: GraphqlContext) {
    return services.plugins.list(kind).find((plugin) => plugin.id === id) ?? null;
  }
}
