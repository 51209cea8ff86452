import { ArgsType, Field, ID } from 'type-graphql';
import type { Split } from '../../services/records.js';
import { SplitEnum } from '../image/image.type.js';

@ArgsType()
export class CompareModelVersionsArgs {
  @Field(() => ID, { description: 'The first model version.' })
  a: string;

  @Field(() => ID, { description: 'The second model version, of the same model or another.' })
  b: string;

  @Field(() => ID, { description: 'The snapshot both were evaluated on.' })
  snapshotId: string;

  @Field(() => SplitEnum, { nullable: true, description: 'The split both were evaluated on; TEST when left out.' })
  split?: Split | null;
}
