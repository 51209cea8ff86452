import { Extensions, Field, ID, InputType } from 'type-graphql';
import { verbatim } from '../limits/texts.js';

@InputType({ description: 'Where to import from. Exactly one of `path` and `uploadId`.' })
export class ImportDatasetInput {
  @Field(() => ID, { description: 'The data set that receives the images.' })
  datasetId: string;

  @Field(() => String, { description: 'Layout of the source: the name of one of `importFormats`.' })
  format: string;

  @Extensions(verbatim)
  @Field(() => String, { nullable: true, description: "A folder under one of the server's import roots." })
  path?: string | null;

  @Field(() => ID, { nullable: true, description: 'An uploaded zip.' })
  uploadId?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Check everything, store nothing; false when left out.' })
  dryRun?: boolean | null;
}
