import { Extensions, Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { anybody } from '../access/access.js';
import { tokenPresets } from '../../access/index.js';
import type { AccessTokenEntity } from '../../services/records.js';
import { problem } from '../../shared/errors.js';
import { connection } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { encodeGlobalId, idOf, optionalIdOf } from '../globalId.js';
import { payload } from '../user-error/payload.js';
import { CreateTokenInput, RevokeTokenInput, RotateTokenInput, TokensArgs } from './accessToken.input.js';
import { AccessToken, AccessTokenConnection, RevokeTokenPayload, ShownTokenPayload } from './accessToken.type.js';

@Resolver(() => AccessToken)
export class AccessTokenResolver {
  @FieldResolver(() => ID)
  tokenId(@Root() { id }: AccessTokenEntity) {
    return encodeGlobalId('AccessToken', id);
  }

  @FieldResolver(() => [ID], { nullable: true })
  projectIds(@Root() { projectIds }: AccessTokenEntity) {
    return projectIds?.map((id) => encodeGlobalId('Project', id)) ?? null;
  }

  @FieldResolver(() => Boolean)
  isService(@Root() { principal, principalId, createdBy }: AccessTokenEntity) {
    return principal ? principal.kind === 'SERVICE' : principalId !== createdBy;
  }

  @Extensions(anybody)
  @Query(() => AccessTokenConnection, {
    description: 'Your own tokens, or those of services of a project you manage; newest first.',
  })
  tokens(@Args(() => TokensArgs) { serviceOf, ...page }: TokensArgs, @Ctx() { services, principal }: GraphqlContext) {
    return connection(services.accessTokens.page(principal, optionalIdOf('Project', serviceOf, ['serviceOf']), page));
  }

  @Extensions(anybody)
  @Mutation(() => ShownTokenPayload, {
    description: 'Makes a token. People do, signed in; tokens cannot, whatever they may do otherwise.',
  })
  createToken(
    @Arg('input', () => CreateTokenInput, { description: 'The token to make.' }) input: CreateTokenInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, () => context.services.accessTokens.create(context.principal, newToken(input)));
  }

  @Extensions(anybody)
  @Mutation(() => ShownTokenPayload, {
    description:
      'Gives a token another text; the old one is taken for some hours more, so that programs can change over.',
  })
  rotateToken(
    @Arg('input', () => RotateTokenInput, { description: 'The token, one that you manage.' })
    { tokenId, overlapHours }: RotateTokenInput,
    @Ctx() context: GraphqlContext,
  ) {
    const { services, principal } = context;
    return payload(context, () =>
      services.accessTokens.rotate(
        principal,
        idOf('AccessToken', tokenId, ['input', 'tokenId']),
        overlapHours ?? undefined,
      ),
    );
  }

  @Extensions(anybody)
  @Mutation(() => RevokeTokenPayload, { description: 'Ends a token, everywhere within two seconds.' })
  revokeToken(
    @Arg('input', () => RevokeTokenInput, { description: 'The token, one that you manage.' })
    { tokenId }: RevokeTokenInput,
    @Ctx() context: GraphqlContext,
  ) {
    const { services, principal } = context;
    return payload(context, async () => ({
      token: await services.accessTokens.revoke(principal, idOf('AccessToken', tokenId, ['input', 'tokenId'])),
    }));
  }
}

function newToken({ preset, permissions, projectIds, serviceOf, ...input }: CreateTokenInput) {
  if (Boolean(preset) === Boolean(permissions)) {
    throw problem('BAD_USER_INPUT', 'say what the token may do by preset or by permissions, one of the two', {
      field: ['input'],
    });
  }
  return {
    ...input,
    permissions: preset ? tokenPresets[preset] : permissions!,
    projectIds: projectIds?.map((id, i) => idOf('Project', id, ['input', 'projectIds', String(i)])),
    serviceOf: optionalIdOf('Project', serviceOf, ['input', 'serviceOf']),
  };
}
