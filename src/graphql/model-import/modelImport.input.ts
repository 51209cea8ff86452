import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'A bundle to take in.' })
export class ImportModelInput {
  @Field(() => ID, { description: 'The uploaded zip, as `exportModel` wrote it in the format `bundle`.' })
  uploadId: string;

  @Field(() => String, {
    nullable: true,
    description: 'Model that the version is added to; the name in the bundle when left out.',
  })
  modelName?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'The project of the model, which must be the one that the upload was announced for; that one when left out.',
  })
  projectId?: string | null;
}
