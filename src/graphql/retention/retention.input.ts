import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { retainedKinds } from '../../services/retention/dueRows.js';
import { enumOf } from '../enumOf.js';

export const RetainedKindEnum = enumOf(retainedKinds);
registerEnumType(RetainedKindEnum, {
  name: 'RetainedKind',
  description: 'Things that a project keeps for a time it chooses.',
  valuesConfig: {
    UPLOADS: { description: 'Uploaded files; images that were made of them stay.' },
    EXPORTS: { description: 'Exports of data sets and model versions that have ended, with their files.' },
    PREDICTIONS: { description: 'Predictions of data sets that have ended, with their maps.' },
    CHECKPOINTS: { description: 'Checkpoints of trainings that have ended without a result.' },
  },
});

@InputType({ description: 'Days that a project keeps what; null or left out: for ever.' })
export class SetRetentionPolicyInput {
  @Field(() => ID, { description: 'Id of the project.' })
  projectId: string;

  @Field(() => Int, { nullable: true, description: 'Days that uploads stay, 1 to 3650.' })
  uploadDays?: number | null;

  @Field(() => Int, { nullable: true, description: 'Days that exports stay after their end, 1 to 3650.' })
  exportDays?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Days that predictions of data sets stay after their end, 1 to 3650.',
  })
  predictionDays?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Days that checkpoints stay after the end of their training, 1 to 3650.',
  })
  checkpointDays?: number | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Only tell what would go.' })
  dryRun: boolean;
}
