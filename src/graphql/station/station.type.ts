import { Field, ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../connection/connection.type.js';
import { Model } from '../model/model.type.js';
import { DateTime } from '../scalars.js';
import { Payload } from '../user-error/userError.type.js';

@ObjectType({ description: 'A place of a line that sends images and is told verdicts by the model it is set to.' })
export class Station {
  @Field(() => ID, { description: 'What mutations call it by.' })
  stationId: string;

  @Field(() => String, { description: 'Unique within the project; in `PUT /v1/stations/:station/images`.' })
  name: string;

  @Field(() => Model, { nullable: true, description: 'The model that answers; null once it was deleted.' })
  model: object | null;

  @Field(() => String, { description: 'Alias of the model; the version behind it answers.' })
  alias: string;

  @Field(() => Int, { description: 'Milliseconds until a verdict comes too late, and the part is NOK.' })
  deadlineMilliseconds: number;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date;
}

export const StationConnection = connectionOf('Station', () => Station, 'stations');

@ObjectType({ description: 'Answer of mutations that change a station.' })
export class StationPayload extends Payload {
  @Field(() => Station, { nullable: true, description: 'The station; null when there are problems.' })
  station?: object;
}

@ObjectType({ description: 'Answer of `deleteStation`.' })
export class DeleteStationPayload extends Payload {
  @Field(() => ID, { nullable: true, description: 'What is gone; null when there are problems.' })
  deletedId?: string;
}
