import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import { PageArgs } from '../connection/connection.type.js';

const deadlineRule = 'Milliseconds that the line waits for a verdict, 10 to 60000';

@ArgsType()
export class StationsArgs extends PageArgs {
  @Field(() => ID, { description: 'Id of the project.' })
  projectId: string;
}

@InputType({ description: 'A station to make.' })
export class CreateStationInput {
  @Field(() => ID, { description: 'The project of its model.' })
  projectId: string;

  @Field(() => String, { description: '1 to 100 characters, unique within the project.' })
  name: string;

  @Field(() => ID, { description: 'The model that answers.' })
  modelId: string;

  @Field(() => String, { description: 'Alias of the model, e.g. `champion`: the version behind it answers.' })
  alias: string;

  @Field(() => Int, { nullable: true, description: `${deadlineRule}; 2000 when left out.` })
  deadlineMilliseconds?: number | null;
}

@InputType({ description: 'What shall be different about a station; what is left out stays.' })
export class UpdateStationInput {
  @Field(() => ID, { description: 'The station that is meant.' })
  stationId: string;

  @Field(() => String, { nullable: true, description: '1 to 100 characters, unique within the project.' })
  name?: string | null;

  @Field(() => ID, { nullable: true, description: 'The model that answers.' })
  modelId?: string | null;

  @Field(() => String, { nullable: true, description: 'Alias of the model: the version behind it answers.' })
  alias?: string | null;

  @Field(() => Int, { nullable: true, description: `${deadlineRule}.` })
  deadlineMilliseconds?: number | null;
}

@InputType({ description: 'The station that is meant.' })
export class StationInput {
  @Field(() => ID, { description: 'The station that is meant.' })
  stationId: string;
}
