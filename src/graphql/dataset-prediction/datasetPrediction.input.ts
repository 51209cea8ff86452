import { ArgsType, Field, ID, InputType } from 'type-graphql';
import type { PredictedImageOrder } from '../../services/dataset-predictions.service.js';
import type { ImageLabel, Split } from '../../services/records.js';
import type { NeededDevice } from '../../shared/devices.js';
import { PageArgs } from '../connection/connection.type.js';
import { ImageLabelEnum, SplitEnum } from '../image/image.type.js';
import { NeededDeviceEnum } from '../job/job.type.js';
import { PredictedImageOrderEnum } from './datasetPrediction.type.js';

@ArgsType()
export class PredictedImagesArgs extends PageArgs {
  @Field(() => PredictedImageOrderEnum, { nullable: true, description: 'SCORE_DESC when left out.' })
  orderBy?: PredictedImageOrder | null;

  @Field(() => Boolean, { nullable: true, description: 'Only images that were called so; all when left out.' })
  isAnomalous?: boolean | null;
}

@InputType({ description: 'Images to predict. Exactly one of `snapshotId` and `datasetId`.' })
export class PredictDatasetInput {
  @Field(() => ID, { description: 'The version to ask.' })
  modelVersionId: string;

  @Field(() => ID, { nullable: true, description: 'Images of this snapshot.' })
  snapshotId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Images of this data set as it is now; a snapshot of it is taken first.',
  })
  datasetId?: string | null;

  @Field(() => SplitEnum, { nullable: true, description: 'Only this split; every one when left out.' })
  split?: Split | null;

  @Field(() => ImageLabelEnum, { nullable: true, description: 'Only images with this label; all when left out.' })
  label?: ImageLabel | null;

  @Field(() => String, {
    nullable: true,
    description: 'The same key with the same input gives the same prediction, however often it is sent.',
  })
  idempotencyKey?: string | null;

  @Field(() => NeededDeviceEnum, {
    nullable: true,
    description:
      'Only workers that compute on it take the job; ANY when left out. `server { workers }` lists what there is.',
  })
  device?: NeededDevice | null;
}
