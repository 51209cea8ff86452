import { Field, Int, ObjectType } from 'type-graphql';
import { Dataset } from '../dataset/dataset.type.js';
import { Job } from '../job/job.type.js';
import { Node } from '../node/node.type.js';
import { Payload, UserError } from '../user-error/userError.type.js';

@ObjectType({
  implements: [Node, Job],
  description: 'Reading images and labels from a folder or an archive into a data set.',
})
export class DatasetImport extends Job {
  @Field(() => Dataset, { description: 'The data set that receives them.' })
  dataset: Dataset;

  @Field(() => String, { description: 'Layout of the source, e.g. `mvtec`.' })
  format: string;

  @Field(() => Boolean, { description: 'Whether everything is only checked and nothing stored.' })
  dryRun: boolean;

  @Field(() => Int, { description: 'Images stored, or that would be in a dry run.' })
  imagesImported: number;

  @Field(() => Int, { description: 'Annotations stored, or that would be in a dry run.' })
  annotationsImported: number;

  @Field(() => [UserError], { description: 'At most 100 of them.' })
  problems: UserError[];

  @Field(() => Int, { description: 'How many problems there are in all.' })
  totalProblems: number;
}

@ObjectType({ description: 'Answer of `importDataset`.' })
export class ImportDatasetPayload extends Payload {
  @Field(() => DatasetImport, {
    name: 'import',
    nullable: true,
    description: 'The import; null when there are problems.',
  })
  import?: object;
}
