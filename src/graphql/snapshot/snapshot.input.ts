import { ArgsType, Field, ID, InputType } from 'type-graphql';
import { PageArgs } from '../connection/connection.type.js';

@InputType({ description: 'A snapshot to take.' })
export class CreateSnapshotInput {
  @Field(() => ID, { description: 'The data set to freeze.' })
  datasetId: string;

  @Field(() => String, { nullable: true, description: 'A name for it, 1 to 100 characters.' })
  tag?: string | null;
}

@InputType({ description: 'A new name for a snapshot.' })
export class TagSnapshotInput {
  @Field(() => ID, { description: 'The snapshot that gets the name.' })
  id: string;

  @Field(() => String, { nullable: true, description: 'Its name, 1 to 100 characters; none when left out or null.' })
  tag?: string | null;
}

@InputType({ description: 'A snapshot to delete.' })
export class DeleteSnapshotInput {
  @Field(() => ID, { description: 'The snapshot to delete.' })
  id: string;
}

@ArgsType()
export class SnapshotsArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Only those with this tag; all when left out.' })
  tag?: string | null;
}

@ArgsType()
export class DiffSnapshotsArgs {
  @Field(() => ID, { description: 'The snapshot to start from.' })
  a: string;

  @Field(() => ID, { description: 'The snapshot to compare with it; it may be one of another data set.' })
  b: string;
}
