import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import type { ProjectPermission, TokenPreset } from '../../access/index.js';
import {
  defaultOverlapHours,
  defaultTokenDays,
  mostOverlapHours,
  mostTokenDays,
} from '../../services/access-tokens.service.js';
import { PageArgs } from '../connection/connection.type.js';
import { PermissionEnum } from '../member/member.type.js';
import { TokenPresetType } from './accessToken.type.js';

@InputType({ description: 'A token to make: one of your own, or of a service of a project.' })
export class CreateTokenInput {
  @Field(() => String, { description: 'What it is for: 1 to 100 characters.' })
  name: string;

  @Field(() => TokenPresetType, {
    nullable: true,
    description: 'What it may do, in one word; either this or `permissions`.',
  })
  preset?: TokenPreset | null;

  @Field(() => [PermissionEnum], { nullable: true, description: 'What it may do. No token may have MEMBERS or more.' })
  permissions?: ProjectPermission[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Of a token of your own: projects it is good for. All of yours when left out.',
  })
  projectIds?: string[] | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Project that the token is a service of: it does not end with you. Needs MEMBERS there.',
  })
  serviceOf?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: `Days it lives, 1 to ${mostTokenDays}; ${defaultTokenDays} when left out.`,
  })
  expiresInDays?: number | null;
}

@InputType({ description: 'A token that gets another text.' })
export class RotateTokenInput {
  @Field(() => ID, { description: 'The token, one that you manage.' })
  tokenId: string;

  @Field(() => Int, {
    nullable: true,
    description: `Hours for which the old text is taken too, 0 to ${mostOverlapHours}; ${defaultOverlapHours} when left out.`,
  })
  overlapHours?: number | null;
}

@InputType({ description: 'A token that ends now.' })
export class RevokeTokenInput {
  @Field(() => ID, { description: 'The token, one that you manage.' })
  tokenId: string;
}

@ArgsType()
export class TokensArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Project whose services to list; your own tokens when left out.' })
  serviceOf?: string | null;
}
