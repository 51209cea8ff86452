import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'An image to look at. Exactly one of `imageId` and `uploadId`.' })
export class PredictInput {
  @Field(() => ID, { description: 'The version to ask.' })
  modelVersionId: string;

  @Field(() => ID, { nullable: true, description: 'An image of a data set.' })
  imageId?: string | null;

  @Field(() => ID, { nullable: true, description: 'An uploaded image.' })
  uploadId?: string | null;

  @Field(() => Boolean, {
    defaultValue: true,
    description:
      'Whether anomaly map and overlay are stored. Without them no picture of the prediction stays, and their addresses are null.',
  })
  keepPictures: boolean;

  @Field(() => String, { nullable: true, description: 'What asks, for the log, e.g. `line 3, camera 2`.' })
  station?: string | null;

  @Field(() => String, { nullable: true, description: 'What the image shows, for the log, e.g. a serial number.' })
  partId?: string | null;
}
