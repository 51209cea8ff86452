import { Field, ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../connection/connection.type.js';
import { DeliveryAttempt, DeliveryTarget } from '../delivery/delivery.type.js';
import { JsonObject } from '../scalars.js';
import { Payload } from '../user-error/userError.type.js';

@ObjectType({ description: "Where verdicts of a project's predictions go, one after the other." })
export class Sink extends DeliveryTarget {
  @Field(() => ID, { description: 'What mutations call it by.' })
  sinkId: string;

  @Field(() => String, { description: 'Name of a plugin of the kind SINK.' })
  plugin: string;

  @Field(() => JsonObject, { description: 'Parameters of the plugin, defaults filled in.' })
  params: Record<string, unknown>;

  @Field(() => Boolean, { description: 'Whether it has a secret.' })
  hasSecret: boolean;

  @Field(() => [String], {
    nullable: true,
    description: 'Names of stations that must have asked; null for all predictions.',
  })
  stations: string[] | null;

  @Field(() => Int, { nullable: true, description: 'Seconds between heartbeats; null for none.' })
  heartbeatSeconds: number | null;

  @Field(() => Int, { description: '`seq` of the last verdict that it took, or that was not meant for it.' })
  lastSeq: number;

  @Field(() => Int, { description: 'Verdicts behind that one.' })
  waiting: number;
}

export const SinkConnection = connectionOf('Sink', () => Sink, 'sinks');

@ObjectType({ description: 'An attempt to tell a sink something.' })
export class SinkDelivery extends DeliveryAttempt {
  @Field(() => String, { description: '`id` of the verdict: the same in every attempt.' })
  messageId: string;

  @Field(() => Int, { nullable: true, description: 'Number of the verdict; null for a test.' })
  seq: number | null;
}

export const SinkDeliveryConnection = connectionOf('SinkDelivery', () => SinkDelivery, 'deliveries');

@ObjectType({ description: 'Answer of mutations that change a sink.' })
export class SinkPayload extends Payload {
  @Field(() => Sink, { nullable: true, description: 'The sink; null when there are problems.' })
  sink?: object;
}

@ObjectType({ description: 'Answer of `testSink`.' })
export class TestSinkPayload extends Payload {
  @Field(() => SinkDelivery, { nullable: true, description: 'What came of it; null when there are problems.' })
  delivery?: object;
}

@ObjectType({ description: 'Answer of `deleteSink`.' })
export class DeleteSinkPayload extends Payload {
  @Field(() => ID, { nullable: true, description: 'What is gone; null when there are problems.' })
  deletedId?: string;
}
