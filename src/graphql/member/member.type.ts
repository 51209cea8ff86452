import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import {
  permissionMeanings,
  permissions,
  principalKinds,
  roles,
  type Permission,
  type PrincipalKind,
  type Role,
} from '../../access/index.js';
import { connectionOf } from '../connection/connection.type.js';
import { enumOf } from '../enumOf.js';
import { Project } from '../project/project.type.js';
import { DateTime } from '../scalars.js';
import { Payload } from '../user-error/userError.type.js';

export const RoleEnum = enumOf(roles);
registerEnumType(RoleEnum, {
  name: 'Role',
  description: 'What a member may do in a project; docs/access.md has the table.',
});

export const PermissionEnum = enumOf(permissions);
registerEnumType(PermissionEnum, {
  name: 'Permission',
  description: 'One thing that somebody may do.',
  valuesConfig: Object.fromEntries(permissions.map((one) => [one, { description: permissionMeanings[one] }])),
});

const PrincipalKindEnum = enumOf(principalKinds);
registerEnumType(PrincipalKindEnum, {
  name: 'PrincipalKind',
  description: 'What somebody who asks is.',
  valuesConfig: {
    PERSON: { description: 'Somebody who signs in.' },
    SERVICE: { description: 'A program with a token of its own.' },
    LOCAL: { description: 'Whoever uses a server of this machine that asks nobody.' },
  },
});

@ObjectType({ description: 'Somebody who can ask this server for something.' })
export class Principal {
  @Field(() => ID, { description: 'Names it in mutations; `node` does not know it.' })
  principalId: string;

  @Field(() => PrincipalKindEnum, { description: 'What kind of caller it is.' })
  kind: PrincipalKind;

  @Field(() => String, { description: 'How it is called.' })
  name: string;
}

@ObjectType({ description: 'A person in a project.' })
export class Member {
  @Field(() => Principal, { description: 'The person who is a member.' })
  principal: object;

  @Field(() => RoleEnum, { description: 'What the person may do.' })
  role: Role;

  @Field(() => String, {
    nullable: true,
    description: 'E-mail address; null for those without the permission MEMBERS, and where none is known.',
  })
  email: string | null;

  @Field(() => DateTime, { description: 'When the person came into the project.' })
  createdAt: Date;
}

export const MemberConnection = connectionOf('Member', () => Member, 'members');

@ObjectType({ description: 'A project of somebody, and what may be done there.' })
export class ViewerMembership {
  @Field(() => Project, { description: 'A project of the caller.' })
  project: object;

  @Field(() => RoleEnum, { description: 'The role in it.' })
  role: Role;
}

@ObjectType({ description: 'Who asks, and what the caller may do.' })
export class Viewer {
  @Field(() => Principal, { description: 'The caller itself.' })
  principal: object;

  @Field(() => [PermissionEnum], { description: 'What may be done whatever the project.' })
  permissions: Permission[];

  @Field(() => [ViewerMembership], { description: 'The projects the caller is a member of.' })
  memberships: object[];
}

@ObjectType({ description: 'Answer of `inviteMember`.' })
export class InviteMemberPayload extends Payload {
  @Field(() => Member, { nullable: true, description: 'The new member; null when there are problems.' })
  member?: object;
}

@ObjectType({ description: 'Answer of `setMemberRole`.' })
export class SetMemberRolePayload extends Payload {
  @Field(() => Member, { nullable: true, description: 'The member as it is now; null when there are problems.' })
  member?: object;
}

@ObjectType({ description: 'Answer of `removeMember`.' })
export class RemoveMemberPayload extends Payload {
  @Field(() => ID, { nullable: true, description: 'Id of the person who is out; null when there are problems.' })
  removedId?: string;
}
