import { Field, Float, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../scalars.js';

/** What webhooks and sinks have in common: they are told one thing after the other. */
@ObjectType({ description: 'Base of webhooks and sinks; not a type of the schema.' })
export abstract class DeliveryTarget {
  @Field(() => String, { description: 'What people call it.' })
  name: string;

  @Field(() => Int, { description: 'Attempts that failed since the last one that did not.' })
  failures: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the next attempt begins, after one that failed; null otherwise.',
  })
  nextAttemptAt: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Since when it is told nothing; null while it is.' })
  pausedAt: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it is paused.' })
  pauseReason: string | null;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date;
}

/** When the next attempt at a target begins, see {@link DeliveryTarget}. */
export function nextAttemptAt({
  failures,
  dueAt,
  pausedAt,
}: Pick<DeliveryTarget, 'failures' | 'pausedAt'> & { dueAt: Date }): Date | null {
  return failures > 0 && !pausedAt ? dueAt : null;
}

@ObjectType({ description: 'Base of attempts to tell somebody something; not a type of the schema.' })
export abstract class DeliveryAttempt {
  @Field(() => Int, { description: '1, 2, 3 … of one message.' })
  attempt: number;

  @Field(() => String, { nullable: true, description: 'Why it failed; null when the receiver took it.' })
  failure: string | null;

  @Field(() => Float, { description: 'Seconds until the answer, or until it was given up.' })
  seconds: number;

  @Field(() => DateTime, { description: 'When the attempt ended.' })
  at: Date;
}
