import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Project } from '../project/project.type.js';
import { Payload } from '../user-error/userError.type.js';

@ObjectType({ description: 'What a project may use at most; null: as much as there is.' })
export class ProjectQuotas {
  @Field(() => Float, { nullable: true, description: 'Bytes of files, see `ProjectUsage.bytes`.' })
  bytes: number | null;

  @Field(() => Int, { nullable: true, description: 'Images of all its data sets.' })
  images: number | null;

  @Field(() => Int, { nullable: true, description: 'Single predictions within a minute.' })
  predictionsPerMinute: number | null;

  @Field(() => Int, { nullable: true, description: 'Minutes of training within 30 days.' })
  trainingMinutes: number | null;
}

@ObjectType({ description: 'What a project uses of what its quotas bound.' })
export class ProjectUsage {
  @Field(() => Float, {
    description:
      'Bytes of images, uploads, model versions and exports, equal files once. An upload counts from `createUpload` until it is forgotten, a day later by default.',
  })
  bytes: number;

  @Field(() => Int, { description: 'Images, those that only snapshots hold included.' })
  images: number;

  @Field(() => Int, { description: 'Single predictions within the last minute.' })
  predictionsPerMinute: number;

  @Field(() => Float, {
    description:
      'Minutes of training within the last 30 days: of each from its first start to its end, also of those that were deleted.',
  })
  trainingMinutes: number;
}

@ObjectType({ description: 'Answer of `setProjectQuotas`.' })
export class SetProjectQuotasPayload extends Payload {
  @Field(() => Project, { nullable: true, description: 'The project; null when there are problems.' })
  project?: object;
}
