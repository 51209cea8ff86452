import { Field, ID, InputType } from 'type-graphql';
import type { Role } from '../../access/index.js';
import { RoleEnum } from './member.type.js';

@InputType({ description: 'Who shall come into a project.' })
export class InviteMemberInput {
  @Field(() => ID, { description: 'Id of the project.' })
  projectId: string;

  @Field(() => String, { description: 'E-mail address of a person who is known to this server.' })
  email: string;

  @Field(() => RoleEnum, { description: 'What the person may do there.' })
  role: Role;
}

@InputType({ description: 'The role a member shall have from now on.' })
export class SetMemberRoleInput {
  @Field(() => ID, { description: 'Id of the project.' })
  projectId: string;

  @Field(() => ID, { description: "Id of the member's `principal`." })
  principalId: string;

  @Field(() => RoleEnum, { description: 'What the member may do from now on.' })
  role: Role;
}

@InputType({ description: 'Who shall leave a project.' })
export class RemoveMemberInput {
  @Field(() => ID, { description: 'Id of the project.' })
  projectId: string;

  @Field(() => ID, { description: "Id of the member's `principal`; one's own needs no permission." })
  principalId: string;
}
