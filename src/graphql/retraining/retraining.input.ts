import { ArgsType, Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { proposalStates, retrainingReasons, type ProposalState } from '../../services/records.js';
import { PageArgs } from '../connection/connection.type.js';
import { enumOf } from '../enumOf.js';

export const ProposalStateEnum = enumOf(proposalStates);
registerEnumType(ProposalStateEnum, {
  name: 'RetrainingProposalState',
  description: 'OPEN until somebody starts the training or dismisses the proposal.',
});

export const RetrainingReasonEnum = enumOf(retrainingReasons);
registerEnumType(RetrainingReasonEnum, {
  name: 'RetrainingReason',
  description: 'Why a training is proposed: enough new labels, or an open alert of drift.',
});

@ArgsType()
export class RetrainingProposalArgs extends PageArgs {
  @Field(() => ID, { description: 'Id of the project.' })
  projectId: string;

  @Field(() => ProposalStateEnum, { nullable: true, description: 'Only those in this state.' })
  state?: ProposalState | null;
}

@InputType({ description: 'When a model shall be proposed to be trained again.' })
export class SetRetrainingRuleInput {
  @Field(() => ID, { description: 'Id of the model.' })
  modelId: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Training images with new or changed labels that are enough; none are when left out.',
  })
  newLabels?: number | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Whether an open alert of drift is enough.' })
  onDrift: boolean;
}

@InputType({ description: 'A proposal to decide.' })
export class DecideRetrainingInput {
  @Field(() => ID, { description: 'Id of the proposal, which must be OPEN.' })
  proposalId: string;
}
