import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import { PageArgs } from '../connection/connection.type.js';
import { PluginChoiceInput } from '../plugin/plugin.type.js';

const secretRule = 'Password or token that opens the receiver; never shown again.';
const stationsRule = 'Names of stations that must have asked';
const heartbeatRule = 'Seconds between heartbeats, 1 to 3600; 0 for none';

@ArgsType()
export class SinksArgs extends PageArgs {
  @Field(() => ID, { description: 'Id of the project.' })
  projectId: string;
}

@InputType({ description: 'A sink to make. It is told of the predictions from now on.' })
export class CreateSinkInput {
  @Field(() => ID, { description: 'Whose predictions it is told of.' })
  projectId: string;

  @Field(() => String, { description: '1 to 100 characters.' })
  name: string;

  @Field(() => PluginChoiceInput, {
    description: 'A plugin of the kind SINK, e.g. `mqtt`. One that writes what lies on the server needs ADMIN.',
  })
  plugin: PluginChoiceInput;

  @Field(() => String, { nullable: true, description: secretRule })
  secret?: string | null;

  @Field(() => [String], { nullable: true, description: `${stationsRule}; all predictions when left out.` })
  stations?: string[] | null;

  @Field(() => Int, { nullable: true, description: `${heartbeatRule}; 5 when left out.` })
  heartbeatSeconds?: number | null;
}

@InputType({ description: 'What shall be different about a sink; what is left out stays.' })
export class UpdateSinkInput {
  @Field(() => ID, { description: 'The sink that is meant.' })
  sinkId: string;

  @Field(() => String, { nullable: true, description: '1 to 100 characters.' })
  name?: string | null;

  @Field(() => PluginChoiceInput, { nullable: true, description: 'Another plugin, or other parameters.' })
  plugin?: PluginChoiceInput | null;

  @Field(() => String, { nullable: true, description: `${secretRule} An empty one takes it away.` })
  secret?: string | null;

  @Field(() => [String], { nullable: true, description: `${stationsRule}; an empty list stands for all predictions.` })
  stations?: string[] | null;

  @Field(() => Int, { nullable: true, description: `${heartbeatRule}.` })
  heartbeatSeconds?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it is told nothing; `false` lets it go on behind what it took last.',
  })
  isPaused?: boolean | null;
}

@InputType({ description: 'The sink that is meant.' })
export class SinkInput {
  @Field(() => ID, { description: 'The sink that is meant.' })
  sinkId: string;
}

@InputType({ description: 'A sink that shall be told things again.' })
export class ReplaySinkInput {
  @Field(() => ID, { description: 'The sink that is meant.' })
  sinkId: string;

  @Field(() => Int, {
    nullable: true,
    description: '`seq` of a logged prediction: it is told what follows; from the oldest one kept when left out.',
  })
  afterSeq?: number | null;
}
