import { Arg, Ctx, Extensions, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { ProjectEntity } from '../../services/records.js';
import { may } from '../access/access.js';
import type { GraphqlContext } from '../context.js';
import { idOf } from '../globalId.js';
import { Project } from '../project/project.type.js';
import { payload } from '../user-error/payload.js';
import { SetRetentionPolicyInput } from './retention.input.js';
import { CollectionReport, RetentionPolicy, SetRetentionPolicyPayload } from './retention.type.js';

@Resolver(() => Project)
export class RetentionResolver {
  @FieldResolver(() => RetentionPolicy, { description: 'How long it keeps what its jobs leave.' })
  retentionPolicy(@Root() { id }: ProjectEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.retentionPolicy.load(id);
  }

  @Extensions(may('ADMIN'))
  @Query(() => CollectionReport, {
    nullable: true,
    description: 'What the last collection of files removed; null before the first.',
  })
  lastCollection(@Ctx() { services }: GraphqlContext) {
    return services.retention.lastCollection();
  }

  @Extensions(may('MEMBERS'))
  @Mutation(() => SetRetentionPolicyPayload, {
    description: 'Chooses how long a project keeps what its jobs leave, and tells what that makes go within the hour.',
  })
  setRetentionPolicy(
    @Arg('input', () => SetRetentionPolicyInput, { description: 'Which project, and how long what.' })
    input: SetRetentionPolicyInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, () => setPolicy(context, input), { due: [] });
  }
}

function setPolicy({ services, scope }: GraphqlContext, { projectId, dryRun, ...days }: SetRetentionPolicyInput) {
  const { uploadDays = null, exportDays = null, predictionDays = null, checkpointDays = null } = days;
  const policy = { uploadDays, exportDays, predictionDays, checkpointDays };
  return services.retention.set(scope, idOf('Project', projectId, ['input', 'projectId']), policy, { dryRun });
}
