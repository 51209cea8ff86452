import { Extensions, Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { anybody } from '../access/access.js';
import type { SessionEntity } from '../../services/records.js';
import { connection, PageArgs } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { encodeGlobalId, idOf } from '../globalId.js';
import { payload } from '../user-error/payload.js';
import { EndSessionInput, EndSessionPayload, Session, SessionConnection } from './session.type.js';

@Resolver(() => Session)
export class SessionResolver {
  @FieldResolver(() => ID)
  sessionId(@Root() { id }: SessionEntity) {
    return encodeGlobalId('Session', id);
  }

  @FieldResolver(() => Boolean)
  isCurrent(@Root() { id }: SessionEntity, @Ctx() { principal }: GraphqlContext) {
    return principal.via.id === id;
  }

  @Extensions(anybody)
  @Query(() => SessionConnection, { description: 'Your sessions that have not ended, newest first.' })
  sessions(@Args(() => PageArgs) page: PageArgs, @Ctx() { services, principal }: GraphqlContext) {
    return connection(services.sessions.page(principal.id, page));
  }

  @Extensions(anybody)
  @Mutation(() => EndSessionPayload, { description: 'Signs you out of one browser.' })
  endSession(
    @Arg('input', () => EndSessionInput, { description: 'The session, one of your own.' })
    { sessionId }: EndSessionInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      await context.services.sessions.end(context.principal, idOf('Session', sessionId, ['input', 'sessionId']));
      return { endedId: sessionId };
    });
  }
}
