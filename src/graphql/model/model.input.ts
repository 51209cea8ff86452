import { ArgsType, Field, ID, InputType } from 'type-graphql';
import { PageArgs } from '../connection/connection.type.js';

@ArgsType()
export class ModelVersionArgs {
  @Field(() => String, { description: 'Name of the model.' })
  model: string;

  @Field(() => String, { description: 'A number such as `3`, or an alias such as `champion`.' })
  version: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The project of the model. When left out: NAME_AMBIGUOUS when several have one of this name.',
  })
  projectId?: string | null;
}

@InputType({ description: 'Where an alias shall point.' })
export class SetModelAliasInput {
  @Field(() => ID, { description: 'The version it shall point at.' })
  modelVersionId: string;

  @Field(() => String, {
    description: '1 to 63 of a-z, 0-9, "-" and "_", beginning with a letter; moved when the model has it already.',
  })
  alias: string;

  @Field(() => String, { nullable: true, description: 'Who moves it, for `aliasHistory`; 1 to 100 characters.' })
  author?: string | null;
}

@InputType({ description: 'An alias that shall go.' })
export class RemoveModelAliasInput {
  @Field(() => ID, { description: 'The model that has the alias.' })
  modelId: string;

  @Field(() => String, { description: 'Name of the alias to take away.' })
  alias: string;

  @Field(() => String, { nullable: true, description: 'Who removes it, for `aliasHistory`; 1 to 100 characters.' })
  author?: string | null;
}

@ArgsType()
export class AliasHistoryArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Only moves of this alias.' })
  alias?: string | null;
}

@ArgsType()
export class ModelVersionsArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Only versions with this tag.' })
  tag?: string | null;
}

@InputType({ description: 'The tags a version shall have from now on.' })
export class SetModelVersionTagsInput {
  @Field(() => ID, { description: 'The version that gets the tags.' })
  modelVersionId: string;

  @Field(() => [String], {
    description: 'All of them, at most 50, each 1 to 100 characters; tags it had and that are not named here go.',
  })
  tags: string[];
}

@InputType({ description: 'A model version that shall go.' })
export class DeleteModelVersionInput {
  @Field(() => ID, { description: 'Id of the version.' })
  id: string;
}

@InputType({ description: 'A model that shall go, with all its versions.' })
export class DeleteModelInput {
  @Field(() => ID, { description: 'Id of the model.' })
  id: string;
}
