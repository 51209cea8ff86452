import { Field, Float, ID, InputType, Int } from 'type-graphql';
import { ImageFilter } from '../image/image.input.js';

@InputType({ description: 'How much goes where, as weights: 80, 0 and 20 are the same as 4, 0 and 1.' })
export class SplitSharesInput {
  @Field(() => Float, { description: 'Share of the images for trainings.' })
  train: number;

  @Field(() => Float, { nullable: true, description: 'For choosing thresholds; nothing when left out.' })
  validation?: number | null;

  @Field(() => Float, { nullable: true, description: 'For evaluations; nothing when left out.' })
  test?: number | null;
}

@InputType({
  description: 'A data set to divide at random, each label and each kind of defect in the same proportion.',
})
export class SplitDatasetInput {
  @Field(() => ID, { description: 'The data set whose images are dealt out.' })
  datasetId: string;

  @Field(() => SplitSharesInput, { description: 'How much goes where; at least two of them above 0.' })
  shares: SplitSharesInput;

  @Field(() => Int, { nullable: true, description: 'The same seed gives the same splits; 0 when left out.' })
  seed?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Images that show the same part go together: a pattern of their names such as `{part}_cam*.png`, where `*` is any text. It is compared with the name behind the last slash, or with the whole path when it holds a slash. Images of the same bytes go together anyway.',
  })
  groupBy?: string | null;

  @Field(() => ImageFilter, {
    nullable: true,
    description:
      'Which images are divided; the others stay where they are, and draw those of their group to them. All when left out.',
  })
  filter?: ImageFilter | null;

  @Field(() => Boolean, { nullable: true, description: 'Tell what would be, change nothing; false when left out.' })
  dryRun?: boolean | null;
}
