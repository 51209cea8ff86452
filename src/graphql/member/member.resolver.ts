import { Arg, Args, Ctx, Extensions, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { permissions, permissionsEverywhere, permissionsOf, type Membership } from '../../access/index.js';
import type { MembershipEntity, ProjectEntity } from '../../services/records.js';
import { problem } from '../../shared/errors.js';
import { anybody, may } from '../access/access.js';
import { connection, PageArgs } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { encodeGlobalId, idOf } from '../globalId.js';
import { Project } from '../project/project.type.js';
import { payload } from '../user-error/payload.js';
import { InviteMemberInput, RemoveMemberInput, SetMemberRoleInput } from './member.input.js';
import {
  InviteMemberPayload,
  Member,
  MemberConnection,
  PermissionEnum,
  Principal,
  RemoveMemberPayload,
  SetMemberRolePayload,
  Viewer,
  ViewerMembership,
} from './member.type.js';

@Resolver(() => Principal)
export class PrincipalResolver {
  @FieldResolver(() => ID)
  principalId(@Root() { id }: { id: string }) {
    return encodeGlobalId('Principal', id);
  }
}

@Resolver(() => Viewer)
export class ViewerResolver {
  @Extensions(anybody)
  @Query(() => Viewer, { description: 'Who asks, and what the caller may do.' })
  viewer(@Ctx() { principal }: GraphqlContext) {
    const own = permissionsEverywhere(principal);
    return { principal, permissions: permissions.filter((one) => own.has(one)), memberships: principal.memberships };
  }
}

@Resolver(() => ViewerMembership)
export class ViewerMembershipResolver {
  @FieldResolver(() => Project)
  project(@Root() { projectId }: Membership, @Ctx() { loaders }: GraphqlContext) {
    return loaders.project.load(projectId);
  }
}

@Resolver(() => Project)
export class ProjectMembersResolver {
  @FieldResolver(() => [PermissionEnum], { description: 'What the caller may do in it.' })
  viewerCan(@Root() { id }: ProjectEntity, @Ctx() { principal }: GraphqlContext) {
    const own = permissionsOf(principal, id);
    return permissions.filter((one) => own.has(one));
  }

  @FieldResolver(() => MemberConnection, { description: 'People who are members of it.' })
  members(@Root() { id }: ProjectEntity, @Args(() => PageArgs) args: PageArgs, @Ctx() { loaders }: GraphqlContext) {
    return connection(loaders.projectMembers.load({ owner: id, args }));
  }
}

@Resolver(() => Member)
export class MemberResolver {
  @FieldResolver(() => String, { nullable: true })
  email(@Root() { principal: person, projectId }: MembershipEntity, @Ctx() { principal }: GraphqlContext) {
    return permissionsOf(principal, projectId).has('MEMBERS') ? person!.email : null;
  }

  @Extensions(may('MEMBERS'))
  @Mutation(() => InviteMemberPayload, { description: 'Lets a person who is known to this server into a project.' })
  inviteMember(
    @Arg('input', () => InviteMemberInput, { description: 'Who, where, as what.' }) input: InviteMemberInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const projectId = idOf('Project', input.projectId, ['input', 'projectId']);
      return { member: await context.services.members.add(context.scope, { ...input, projectId }) };
    });
  }

  @Extensions(may('MEMBERS'))
  @Mutation(() => SetMemberRolePayload, { description: 'Changes the role of a member. A project keeps an owner.' })
  setMemberRole(
    @Arg('input', () => SetMemberRoleInput, { description: 'Who, where, which role.' }) input: SetMemberRoleInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const choice = { ...readChoice(input), role: input.role };
      return { member: await context.services.members.setRole(context.scope, choice) };
    });
  }

  @Extensions(may('READ'))
  @Mutation(() => RemoveMemberPayload, {
    description: 'Takes a person out of a project; everybody may leave. A project keeps an owner.',
  })
  removeMember(
    @Arg('input', () => RemoveMemberInput, { description: 'Who shall leave which project.' }) input: RemoveMemberInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const choice = readChoice(input);
      requireMembersOrSelf(context, choice);
      await context.services.members.remove(context.scope, choice);
      return { removedId: input.principalId };
    });
  }
}

function readChoice({ projectId, principalId }: { projectId: string; principalId: string }) {
  return {
    projectId: idOf('Project', projectId, ['input', 'projectId']),
    principalId: idOf('Principal', principalId, ['input', 'principalId']),
  };
}

function requireMembersOrSelf(
  { principal }: GraphqlContext,
  { projectId, principalId }: { projectId: string; principalId: string },
): void {
  const own = permissionsOf(principal, projectId);
  if (own.has('MEMBERS') || (principal.id === principalId && principal.via.kind === 'SESSION')) return;
  // What one may not see is for the service not to find.
  if (!own.has('READ')) return;
  throw problem('FORBIDDEN', 'the permission MEMBERS is needed to take somebody else out of a project', {
    field: ['input', 'principalId'],
  });
}
