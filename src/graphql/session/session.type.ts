import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { connectionOf } from '../connection/connection.type.js';
import { DateTime } from '../scalars.js';
import { Payload } from '../user-error/userError.type.js';

@ObjectType({ description: 'You, signed in with one browser.' })
export class Session {
  @Field(() => ID, { description: 'Opaque; `endSession` takes it.' })
  sessionId: string;

  @Field(() => Boolean, { description: 'Whether it is the one that asks.' })
  isCurrent: boolean;

  @Field(() => String, { description: 'How you signed in: `PASSWORD` or `OIDC`.' })
  way: string;

  @Field(() => String, { description: "The browser's address at that time." })
  address: string;

  @Field(() => String, { description: 'The browser, as it calls itself.' })
  userAgent: string;

  @Field(() => DateTime, { description: 'When you signed in.' })
  createdAt: Date;

  @Field(() => DateTime, { description: 'When something was last asked for with it, within a minute.' })
  seenAt: Date;
}

export const SessionConnection = connectionOf('Session', () => Session, 'sessions');

@InputType({ description: 'A session to end.' })
export class EndSessionInput {
  @Field(() => ID, { description: 'The session, one of your own.' })
  sessionId: string;
}

@ObjectType({ description: 'Answer of `endSession`.' })
export class EndSessionPayload extends Payload {
  @Field(() => ID, { nullable: true, description: 'Id of the session that has ended; null when there are problems.' })
  endedId?: string;
}
