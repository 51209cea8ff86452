import { Field, ID, ObjectType } from 'type-graphql';
import { connectionOf } from '../connection/connection.type.js';
import { Dataset, DatasetCounts } from '../dataset/dataset.type.js';
import { Node } from '../node/node.type.js';
import { DateTime } from '../scalars.js';
import { Payload, UserError } from '../user-error/userError.type.js';

@ObjectType({
  implements: Node,
  description: 'Immutable: images, splits and annotation revisions as they were. Trainings and evaluations point here.',
})
export class Snapshot {
  @Field(() => Dataset, { description: 'The data set it was taken of.' })
  dataset: Dataset;

  @Field(() => String, { nullable: true, description: 'A name somebody gave it.' })
  tag: string | null;

  @Field(() => String, { description: 'sha256 over the content, hexadecimal: equal content, equal digest.' })
  digest: string;

  @Field(() => DateTime, { description: 'When it was taken.' })
  createdAt: Date;

  @Field(() => DatasetCounts, { description: 'Numbers of its images.' })
  counts: DatasetCounts;
}

export const SnapshotConnection = connectionOf('Snapshot', () => Snapshot, 'snapshots');

@ObjectType({ description: 'Answer of `createSnapshot`.' })
export class CreateSnapshotPayload extends Payload {
  @Field(() => Snapshot, { nullable: true, description: 'The new snapshot; null when there are problems.' })
  snapshot?: object;

  @Field(() => [UserError], {
    description:
      'The same bytes in two splits, to which a training would object (SPLIT_LEAKAGE), or twice in one (IMAGE_DUPLICATE); at most 100 of each.',
  })
  warnings: UserError[];
}

@ObjectType({ description: 'Answer of `tagSnapshot`.' })
export class TagSnapshotPayload extends Payload {
  @Field(() => Snapshot, { nullable: true, description: 'The snapshot as it is now; null when there are problems.' })
  snapshot?: object;
}

@ObjectType({ description: 'Answer of `deleteSnapshot`.' })
export class DeleteSnapshotPayload extends Payload {
  @Field(() => ID, { nullable: true, description: 'The id that is gone; null when there are problems.' })
  deletedId?: string;
}
