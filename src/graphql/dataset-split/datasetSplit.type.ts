import { Field, Int, ObjectType } from 'type-graphql';
import type { Split } from '../../services/records.js';
import { Dataset } from '../dataset/dataset.type.js';
import { SplitEnum } from '../image/image.type.js';
import { Payload, UserError } from '../user-error/userError.type.js';

@ObjectType({ description: 'Images of one split.' })
export class SplitCounts {
  @Field(() => SplitEnum, { description: 'The split that is counted.' })
  split: Split;

  @Field(() => Int, { description: 'All images in it.' })
  images: number;

  @Field(() => Int, { description: 'Images labelled NORMAL.' })
  normal: number;

  @Field(() => Int, { description: 'Images labelled ANOMALOUS.' })
  anomalous: number;

  @Field(() => Int, { description: 'Images without a label.' })
  unlabelled: number;
}

@ObjectType({ description: 'Answer of `splitDataset`.' })
export class SplitDatasetPayload extends Payload {
  @Field(() => Dataset, { nullable: true, description: 'The data set; null when there are problems.' })
  dataset?: object | null;

  @Field(() => Int, { description: 'Images that went to another split.' })
  changed: number;

  @Field(() => Int, { description: 'What was dealt out: images that go together count once.' })
  groups: number;

  @Field(() => [SplitCounts], { description: 'The whole data set afterwards, split by split.' })
  splits: SplitCounts[];

  @Field(() => [UserError], {
    description:
      'What is probably not meant: names that do not fit the pattern, a split without images, TRAIN without normal or TEST without anomalous ones.',
  })
  warnings: UserError[];
}
