import { Extensions, Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { may } from '../access/access.js';
import { chosenOnTestSplit } from '../../services/registry/thresholdPolicies.js';
import type { ThresholdPolicy as ThresholdPolicyRecord } from '../../shared/thresholds.js';
import type { GraphqlContext } from '../context.js';
import { Evaluation } from '../evaluation/evaluation.type.js';
import { idOf, optionalIdOf } from '../globalId.js';
import { DateTime } from '../scalars.js';
import { payload } from '../user-error/payload.js';
import { SetThresholdPolicyInput } from './thresholdPolicy.input.js';
import { SetThresholdPolicyPayload, ThresholdPolicy } from './thresholdPolicy.type.js';

@Resolver(() => ThresholdPolicy)
export class ThresholdPolicyResolver {
  @FieldResolver(() => Evaluation)
  evaluation(@Root() { evaluationId }: ThresholdPolicyRecord, @Ctx() { loaders }: GraphqlContext) {
    return evaluationId === null ? null : loaders.jobRecord.load(evaluationId);
  }

  @FieldResolver(() => Boolean)
  chosenOnTestSplit(@Root() policy: ThresholdPolicyRecord) {
    return chosenOnTestSplit(policy);
  }

  @FieldResolver(() => DateTime)
  chosenAt(@Root() { chosenAt }: ThresholdPolicyRecord) {
    return new Date(chosenAt);
  }

  @Extensions(may('RELEASE'))
  @Mutation(() => SetThresholdPolicyPayload, {
    description:
      'Chooses the thresholds of a model version anew, without training. Later predictions, and verdicts of stored evaluations, follow.',
  })
  setThresholdPolicy(
    @Arg('input', () => SetThresholdPolicyInput, { description: 'Whose, and how.' }) input: SetThresholdPolicyInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      modelVersion: await context.services.thresholdPolicies.set(context.scope, readPolicy(input)),
    }));
  }
}

function readPolicy({ modelVersionId, evaluationId, ...input }: SetThresholdPolicyInput) {
  return {
    ...input,
    modelVersionId: idOf('ModelVersion', modelVersionId, ['input', 'modelVersionId']),
    evaluationId: optionalIdOf('Evaluation', evaluationId, ['input', 'evaluationId']),
  };
}
