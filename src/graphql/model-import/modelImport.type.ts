import { Field, ObjectType } from 'type-graphql';
import { Job } from '../job/job.type.js';
import { ModelVersion } from '../model/model.type.js';
import { Node } from '../node/node.type.js';
import { Payload } from '../user-error/userError.type.js';

@ObjectType({ implements: [Node, Job], description: 'Taking in a model version that another Residua exported.' })
export class ModelImport extends Job {
  @Field(() => String, { description: 'Name of the uploaded bundle.' })
  filename: string;

  @Field(() => ModelVersion, {
    nullable: true,
    description:
      'The version as it is here; null until the import is complete, and when the version was deleted since.',
  })
  modelVersion: object | null;
}

@ObjectType({ description: 'Answer of `importModel`.' })
export class ImportModelPayload extends Payload {
  @Field(() => ModelImport, {
    name: 'import',
    nullable: true,
    description: 'The import; null when there are problems.',
  })
  import?: object;
}
