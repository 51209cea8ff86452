import { Arg, Ctx, Extensions, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { ProjectEntity } from '../../services/records.js';
import { may } from '../access/access.js';
import type { GraphqlContext } from '../context.js';
import { idOf } from '../globalId.js';
import { Project } from '../project/project.type.js';
import { payload } from '../user-error/payload.js';
import { SetProjectQuotasInput } from './projectQuota.input.js';
import { ProjectQuotas, ProjectUsage, SetProjectQuotasPayload } from './projectQuota.type.js';

@Resolver(() => Project)
export class ProjectQuotaResolver {
  @FieldResolver(() => ProjectQuotas, { description: 'What it may use at most.' })
  quotas(@Root() { id }: ProjectEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.projectQuotas.load(id);
  }

  @FieldResolver(() => ProjectUsage, { description: 'What it uses. It is counted anew: ask where it is looked at.' })
  usage(@Root() { id }: ProjectEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.projectUsage.load(id);
  }

  @Extensions(may('ADMIN'))
  @Mutation(() => SetProjectQuotasPayload, {
    description: 'Bounds what a project may use. What is used beyond a new quota stays; nothing is added to it.',
  })
  setProjectQuotas(
    @Arg('input', () => SetProjectQuotasInput, { description: 'Which project, and how much.' })
    { projectId, ...quotas }: SetProjectQuotasInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const id = idOf('Project', projectId, ['input', 'projectId']);
      return { project: await context.services.quotas.set(context.scope, id, quotas) };
    });
  }
}
