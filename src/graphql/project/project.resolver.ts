import { Extensions, Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { may } from '../access/access.js';
import { connection, PageArgs } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { idOf } from '../globalId.js';
import { payload } from '../user-error/payload.js';
import { ArchiveProjectInput, CreateProjectInput, DeleteProjectInput, UpdateProjectInput } from './project.input.js';
import {
  ArchiveProjectPayload,
  CreateProjectPayload,
  DeleteProjectPayload,
  Project,
  ProjectConnection,
  UpdateProjectPayload,
} from './project.type.js';

@Resolver(() => Project)
export class ProjectResolver {
  @Extensions(may('READ'))
  @Query(() => ProjectConnection, { description: 'All projects, oldest first.' })
  projects(@Args(() => PageArgs) page: PageArgs, @Ctx() { services, scope }: GraphqlContext) {
    return connection(services.projects.page(scope, page));
  }

  @Extensions(may('READ'))
  @Query(() => Project, { nullable: true, description: 'The project of this name, or null.' })
  project(
    @Arg('name', () => String, { description: 'Its exact name.' }) name: string,
    @Ctx() { services, scope }: GraphqlContext,
  ) {
    return services.projects.byName(scope, name);
  }

  @Extensions(may('CREATE_PROJECT'))
  @Mutation(() => CreateProjectPayload, { description: 'Makes a project.' })
  createProject(
    @Arg('input', () => CreateProjectInput, { description: 'The project to make.' }) input: CreateProjectInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const { principal, services } = context;
      const project = await services.projects.create(input, principal);
      context.renew(await services.members.withRights(principal));
      return { project };
    });
  }

  @Extensions(may('MEMBERS'))
  @Mutation(() => UpdateProjectPayload, { description: 'Renames a project, or changes its settings.' })
  updateProject(
    @Arg('input', () => UpdateProjectInput, { description: 'Which, and what.' }) { id, ...change }: UpdateProjectInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const projectId = idOf('Project', id, ['input', 'id']);
      return { project: await context.services.projects.update(context.scope, projectId, change) };
    });
  }

  @Extensions(may('MEMBERS'))
  @Mutation(() => ArchiveProjectPayload, {
    description:
      'Puts a project away: it stays readable, and no data sets, uploads or jobs are added. Or takes it back into use.',
  })
  archiveProject(
    @Arg('input', () => ArchiveProjectInput, { description: 'Which, and whether.' })
    { id, archived }: ArchiveProjectInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const projectId = idOf('Project', id, ['input', 'id']);
      return { project: await context.services.projects.archive(context.scope, projectId, archived) };
    });
  }

  @Extensions(may('MEMBERS'))
  @Mutation(() => DeleteProjectPayload, {
    description: 'Deletes a project that holds neither data sets nor models; its ended jobs and members go with it.',
  })
  deleteProject(
    @Arg('input', () => DeleteProjectInput, { description: 'The project to delete.' }) { id }: DeleteProjectInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      await context.services.projects.remove(context.scope, idOf('Project', id, ['input', 'id']));
      return { deletedId: id };
    });
  }
}
