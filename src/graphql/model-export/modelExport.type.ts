import { Field, ObjectType } from 'type-graphql';
import { Job } from '../job/job.type.js';
import { Artifact, ModelVersion } from '../model/model.type.js';
import { Node } from '../node/node.type.js';
import { Payload } from '../user-error/userError.type.js';

@ObjectType({ implements: [Node, Job], description: 'Writing a model version to a file for use elsewhere.' })
export class ModelExport extends Job {
  @Field(() => ModelVersion, { description: 'What is exported.' })
  modelVersion: object;

  @Field(() => String, { description: 'Kind of file: `onnx` or `bundle`.' })
  format: string;

  @Field(() => Artifact, { nullable: true, description: 'The file; null until it is complete.' })
  artifact: Artifact | null;
}

@ObjectType({ description: 'Answer of `exportModel`.' })
export class ExportModelPayload extends Payload {
  @Field(() => ModelExport, {
    name: 'export',
    nullable: true,
    description: 'The export; null when there are problems.',
  })
  export?: object;
}
