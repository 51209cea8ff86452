import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { tokenPresetNames } from '../../access/index.js';
import { connectionOf } from '../connection/connection.type.js';
import { enumOf } from '../enumOf.js';
import { PermissionEnum } from '../member/member.type.js';
import { DateTime } from '../scalars.js';
import { Payload } from '../user-error/userError.type.js';

export const TokenPresetType = enumOf(tokenPresetNames);
registerEnumType(TokenPresetType, {
  name: 'TokenPreset',
  description: 'What a token is for, instead of a list of permissions.',
  valuesConfig: {
    PREDICT: { description: 'Asks models, and nothing else: a PLC, an inspection station.' },
    INGEST: { description: 'Adds images by upload, and nothing else: a camera.' },
    READ: { description: 'Sees everything, changes nothing: a dashboard.' },
    TRAIN: { description: 'Adds images, trains, evaluates, predicts and exports: a pipeline.' },
    EVERYTHING: { description: 'Whatever its person may do, but for managing people and tokens.' },
  },
});

@ObjectType({ description: 'A token by which a program is let in. Its text is shown once, when it is made.' })
export class AccessToken {
  @Field(() => ID, { description: 'Opaque; `rotateToken` and `revokeToken` take it.' })
  tokenId: string;

  @Field(() => String, { description: 'What it is for, in the words of who made it.' })
  name: string;

  @Field(() => [PermissionEnum], { description: 'What it may do, of what whoever it speaks for may do at that time.' })
  permissions: string[];

  @Field(() => [ID], { nullable: true, description: 'Projects it is good for; null for all of its person.' })
  projectIds: string[] | null;

  @Field(() => Boolean, { description: 'Whether it speaks for a service of a project; otherwise for a person.' })
  isService: boolean;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it ends by itself.' })
  expiresAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was revoked; null while it was not.' })
  revokedAt?: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when the text from before the last rotation is taken too.',
  })
  earlierUntil?: Date | null;

  @Field(() => String, { nullable: true, description: 'Day of its last use, e.g. `2026-03-01` (UTC); null for none.' })
  lastUsedOn?: string | null;
}

export const AccessTokenConnection = connectionOf('AccessToken', () => AccessToken, 'tokens');

@ObjectType({ description: 'Answer of `createToken` and `rotateToken`.' })
export class ShownTokenPayload extends Payload {
  @Field(() => AccessToken, { nullable: true, description: 'The token; null when there are problems.' })
  token?: object;

  @Field(() => String, {
    nullable: true,
    description:
      'Its text, `rsd_…`, to be sent as `authorization: Bearer <text>`. Shown this once: only a digest is kept.',
  })
  secret?: string;
}

@ObjectType({ description: 'Answer of `revokeToken`.' })
export class RevokeTokenPayload extends Payload {
  @Field(() => AccessToken, { nullable: true, description: 'The token; null when there are problems.' })
  token?: object;
}
