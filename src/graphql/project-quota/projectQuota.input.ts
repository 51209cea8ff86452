import { Field, Float, ID, InputType, Int } from 'type-graphql';

@InputType({ description: 'Quotas of a project: what is left out stays, null takes one away. 0 allows nothing.' })
export class SetProjectQuotasInput {
  @Field(() => ID, { description: 'Id of the project.' })
  projectId: string;

  @Field(() => Float, { nullable: true, description: 'Bytes of files, a whole number.' })
  bytes?: number | null;

  @Field(() => Int, { nullable: true, description: 'Images of all its data sets.' })
  images?: number | null;

  @Field(() => Int, { nullable: true, description: 'Single predictions within a minute.' })
  predictionsPerMinute?: number | null;

  @Field(() => Int, { nullable: true, description: 'Minutes of training within 30 days.' })
  trainingMinutes?: number | null;
}
