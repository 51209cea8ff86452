import { Field, Int, ObjectType } from 'type-graphql';
import { Job } from '../job/job.type.js';
import { Artifact } from '../model/model.type.js';
import { Node } from '../node/node.type.js';
import { Snapshot } from '../snapshot/snapshot.type.js';
import { Payload } from '../user-error/userError.type.js';

@ObjectType({ implements: [Node, Job], description: 'Writing a snapshot to a zip that other programs can read.' })
export class DatasetExport extends Job {
  @Field(() => Snapshot, { description: 'What is exported.' })
  snapshot: Snapshot;

  @Field(() => String, { description: 'Layout of the zip, e.g. `coco`.' })
  format: string;

  @Field(() => Int, { description: 'Images in the zip; 0 until it is complete.' })
  images: number;

  @Field(() => Int, { description: 'Images the format has no place for; the log says why.' })
  imagesLeftOut: number;

  @Field(() => Artifact, { nullable: true, description: 'The zip; null until it is complete.' })
  artifact: Artifact | null;
}

@ObjectType({ description: 'Answer of `exportDataset`.' })
export class ExportDatasetPayload extends Payload {
  @Field(() => DatasetExport, {
    name: 'export',
    nullable: true,
    description: 'The export; null when there are problems.',
  })
  export?: object;
}
