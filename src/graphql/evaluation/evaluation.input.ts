import { ArgsType, Field, ID, InputType } from 'type-graphql';
import type { EvaluatedImageOrder } from '../../services/evaluations.service.js';
import type { Split } from '../../services/records.js';
import { PageArgs } from '../connection/connection.type.js';
import { SplitEnum } from '../image/image.type.js';
import { EvaluatedImageOrderEnum } from './evaluation.type.js';

@ArgsType()
export class EvaluatedImagesArgs extends PageArgs {
  @Field(() => EvaluatedImageOrderEnum, { nullable: true, description: 'WORST_FIRST when left out.' })
  orderBy?: EvaluatedImageOrder | null;
}

@InputType({ description: 'An evaluation to start.' })
export class EvaluateModelInput {
  @Field(() => ID, { description: 'What to measure.' })
  modelVersionId: string;

  @Field(() => ID, { description: 'On what.' })
  snapshotId: string;

  @Field(() => SplitEnum, { nullable: true, description: 'On which part of it; TEST when left out.' })
  split?: Split | null;

  @Field(() => String, {
    nullable: true,
    description: 'The same key with the same input gives the same evaluation, however often it is sent.',
  })
  idempotencyKey?: string | null;
}
