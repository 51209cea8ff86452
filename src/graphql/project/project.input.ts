import { Field, InputType } from 'type-graphql';

@InputType({ description: 'A project to make.' })
export class CreateProjectInput {
  @Field(() => String, { description: '1 to 100 characters, unique on this server.' })
  name: string;
}
