import { ArgsType, Field, Float, ID, InputType, Int } from 'type-graphql';
import type { EvaluatedImageOrder } from '../../services/evaluated-images.service.js';
import type { Split } from '../../services/records.js';
import type { Verdict } from '../../services/registry/verdicts.js';
import type { NeededDevice } from '../../shared/devices.js';
import { PageArgs } from '../connection/connection.type.js';
import { SplitEnum } from '../image/image.type.js';
import { NeededDeviceEnum } from '../job/job.type.js';
import { EvaluatedImageOrderEnum, VerdictEnum } from './evaluation.type.js';

@InputType({ description: 'Which results; every condition given must hold.' })
export class EvaluatedImageFilter {
  @Field(() => String, { nullable: true, description: 'Only this kind of defect, as the snapshot has it.' })
  defectType?: string | null;

  @Field(() => VerdictEnum, { nullable: true, description: 'Only this verdict, at the threshold.' })
  verdict?: Verdict | null;
}

@ArgsType()
export class EvaluatedImagesArgs extends PageArgs {
  @Field(() => EvaluatedImageOrderEnum, { nullable: true, description: 'WORST_FIRST when left out.' })
  orderBy?: EvaluatedImageOrder | null;

  @Field(() => Float, {
    nullable: true,
    description:
      "Anomaly score, at least 0, that images are judged and ordered by; the model version's image threshold when left out.",
  })
  threshold?: number | null;

  @Field(() => EvaluatedImageFilter, { nullable: true, description: 'All results when left out.' })
  filter?: EvaluatedImageFilter | null;
}

@InputType({ description: 'An evaluation to start.' })
export class EvaluateModelInput {
  @Field(() => ID, { description: 'What to measure.' })
  modelVersionId: string;

  @Field(() => ID, { description: 'The snapshot to measure it on.' })
  snapshotId: string;

  @Field(() => SplitEnum, { nullable: true, description: 'On which part of it; TEST when left out.' })
  split?: Split | null;

  @Field(() => String, {
    nullable: true,
    description: 'The same key with the same input gives the same evaluation, however often it is sent.',
  })
  idempotencyKey?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Among jobs that wait, those of a higher priority are taken first, then the oldest; 0 when left out.',
  })
  priority?: number | null;

  @Field(() => NeededDeviceEnum, {
    nullable: true,
    description:
      'Only workers that compute on it take the job; ANY when left out. `server { workers }` lists what there is.',
  })
  device?: NeededDevice | null;
}
