import {
  Args,
  Ctx,
  Extensions,
  FieldResolver,
  ID,
  Query,
  Resolver,
  Root,
  Subscription,
  type SubscribeResolverData,
} from 'type-graphql';
import { changedNoun } from '../../services/changedNoun.js';
import type { ProjectChangeRecord } from '../../services/project-changes.service.js';
import { may } from '../access/access.js';
import { connection } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { encodeGlobalId, queriedIdOf } from '../globalId.js';
import { stoppable } from '../job/stoppable.js';
import { FollowedChangesArgs, ProjectChangePageArgs } from './projectChange.input.js';
import { ProjectChange, ProjectChangeConnection } from './projectChange.type.js';

@Resolver(() => ProjectChange)
export class ProjectChangeResolver {
  @FieldResolver(() => [ID])
  ids(@Root() change: ProjectChangeRecord) {
    const noun = changedNoun(change.kind, change);
    return change.ids.map((id) => encodeGlobalId(noun, id));
  }

  @FieldResolver(() => ID)
  datasetId(@Root() { datasetId }: ProjectChangeRecord) {
    return datasetId && encodeGlobalId('Dataset', datasetId);
  }

  @FieldResolver(() => ID)
  modelId(@Root() { modelId }: ProjectChangeRecord) {
    return modelId && encodeGlobalId('Model', modelId);
  }

  @Extensions(may('READ'))
  @Query(() => ProjectChangeConnection, {
    description:
      'What changed in a project, oldest first: what the subscription sends. `last: 1` gives the place to follow from.',
  })
  projectChanges(
    @Args(() => ProjectChangePageArgs) { projectId, kinds, ...page }: ProjectChangePageArgs,
    @Ctx() { services, scope }: GraphqlContext,
  ) {
    return connection(services.projectChanges.page(scope, queriedIdOf('Project', projectId), kinds, page));
  }

  @Extensions(may('READ'))
  @Subscription(() => ProjectChange, {
    name: 'projectChanges',
    description:
      'Replays every change after `after` (from the oldest kept when left out), then follows live; completes when the project is deleted.',
    subscribe: ({ args, context }: SubscribeResolverData<unknown, FollowedChangesArgs, GraphqlContext>) =>
      stoppable((signal) => {
        const { after, kinds } = args;
        const asked = { projectId: queriedIdOf('Project', args.projectId), after, kinds };
        return context.services.projectChanges.follow(context.scope, asked, signal);
      }),
  })
  followChanges(@Args(() => FollowedChangesArgs) _args: FollowedChangesArgs, @Root() change: ProjectChangeRecord) {
    return change;
  }
}
