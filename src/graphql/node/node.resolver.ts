import type { GraphQLResolveInfo } from 'graphql';
import { Extensions, Arg, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import { may } from '../access/access.js';
import type { GraphqlContext } from '../context.js';
import { encodeGlobalId, parseGlobalId } from '../globalId.js';
import { Node } from './node.type.js';

@Resolver(() => Node)
export class NodeResolver {
  @FieldResolver(() => ID)
  id(@Root() record: { id: string } | { jobId: string }, @Info() info: GraphQLResolveInfo): string {
    return encodeGlobalId(info.parentType.name, 'jobId' in record ? record.jobId : record.id);
  }

  @Extensions(may('READ'))
  @Query(() => Node, { nullable: true, description: 'Whatever has this id, or null.' })
  node(@Arg('id', () => ID, { description: 'An `id` of this API.' }) id: string, @Ctx() { loaders }: GraphqlContext) {
    return loaders.node(parseGlobalId(id));
  }

  @Extensions(may('READ'))
  @Query(() => [Node], {
    nullable: 'items',
    description: 'Whatever has these ids, in their order; null where nothing has it.',
  })
  nodes(
    @Arg('ids', () => [ID], { description: 'Ids of this API, at most 200.' }) ids: string[],
    @Ctx() { loaders }: GraphqlContext,
  ) {
    return Promise.all(ids.map((id) => loaders.node(parseGlobalId(id))));
  }
}
