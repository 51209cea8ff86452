import { Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { connection, PageArgs } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { payload } from '../user-error/payload.js';
import { CreateProjectInput } from './project.input.js';
import { CreateProjectPayload, Project, ProjectConnection } from './project.type.js';

@Resolver(() => Project)
export class ProjectResolver {
  @Query(() => ProjectConnection, { description: 'All projects, oldest first.' })
  projects(@Args(() => PageArgs) page: PageArgs, @Ctx() { services }: GraphqlContext) {
    return connection(services.projects.page(page));
  }

  @Query(() => Project, { nullable: true, description: 'The project of this name, or null.' })
  project(
    @Arg('name', () => String, { description: 'Its exact name.' }) name: string,
    @Ctx() { services }: GraphqlContext,
  ) {
    return services.projects.byName(name);
  }

  @Mutation(() => CreateProjectPayload, { description: 'Makes a project.' })
  createProject(
    @Arg('input', () => CreateProjectInput, { description: 'The project to make.' }) input: CreateProjectInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({ project: await context.services.projects.create(input) }));
  }
}
