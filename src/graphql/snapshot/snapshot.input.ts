import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'A snapshot to take.' })
export class CreateSnapshotInput {
  @Field(() => ID, { description: 'The data set.' })
  datasetId: string;

  @Field(() => String, { nullable: true, description: 'A name for it, 1 to 100 characters.' })
  tag?: string | null;
}
