import { ArgsType, Field, ID, InputType } from 'type-graphql';

@ArgsType()
export class ModelVersionArgs {
  @Field(() => String, { description: 'Name of the model.' })
  model: string;

  @Field(() => String, { description: 'A number such as `3`, or an alias such as `champion`.' })
  version: string;
}

@InputType({ description: 'Where an alias shall point.' })
export class SetModelAliasInput {
  @Field(() => ID, { description: 'The version it shall point at.' })
  modelVersionId: string;

  @Field(() => String, {
    description: '1 to 63 of a-z, 0-9, "-" and "_", beginning with a letter; moved when the model has it already.',
  })
  alias: string;
}
