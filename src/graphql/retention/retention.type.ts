import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { RetainedKind } from '../../services/retention/dueRows.js';
import { Project } from '../project/project.type.js';
import { DateTime } from '../scalars.js';
import { Payload } from '../user-error/userError.type.js';
import { RetainedKindEnum } from './retention.input.js';

@ObjectType({ description: 'Days that a project keeps what its jobs leave; null: for ever.' })
export class RetentionPolicy {
  @Field(() => Int, { nullable: true, description: 'Days that uploads stay.' })
  uploadDays: number | null;

  @Field(() => Int, { nullable: true, description: 'Days that exports stay after their end.' })
  exportDays: number | null;

  @Field(() => Int, { nullable: true, description: 'Days that predictions of data sets stay after their end.' })
  predictionDays: number | null;

  @Field(() => Int, { nullable: true, description: 'Days that checkpoints stay after the end of their training.' })
  checkpointDays: number | null;
}

@ObjectType({ description: 'Things of one kind that are older than a policy keeps them.' })
export class DueForDeletion {
  @Field(() => RetainedKindEnum, { description: 'Kind of these things.' })
  kind: RetainedKind;

  @Field(() => Int, { description: 'Days that they are kept.' })
  days: number;

  @Field(() => Int, { description: 'Uploads, jobs or checkpoints that go.' })
  rows: number;

  @Field(() => Int, { description: 'Files that they name; those that something else names, too, stay.' })
  files: number;

  @Field(() => Float, { description: 'Bytes of these files together.' })
  bytes: number;

  @Field(() => Boolean, { description: 'Whether bytes are estimated from a thousand of the files.' })
  isEstimated: boolean;
}

@ObjectType({ description: 'Answer of `setRetentionPolicy`.' })
export class SetRetentionPolicyPayload extends Payload {
  @Field(() => Project, { nullable: true, description: 'The project; null when there are problems.' })
  project?: object;

  @Field(() => [DueForDeletion], { description: 'Things that go with the next look, or would go.' })
  due: object[];
}

@ObjectType({ description: 'What the last collection of files removed in the whole installation.' })
export class CollectionReport {
  @Field(() => DateTime, { description: 'When the collection ended.' })
  at: Date;

  @Field(() => DateTime, { description: 'It removed what was stored before and is named by nothing.' })
  before: Date;

  @Field(() => Float, { description: 'Seconds that it took.' })
  seconds: number;

  @Field(() => Int, { description: 'Old uploads that were forgotten.' })
  uploads: number;

  @Field(() => Int, { description: 'Files that were removed.' })
  files: number;

  @Field(() => Float, { description: 'Bytes of these files together.' })
  bytes: number;
}
