import { Arg, Args, Ctx, Extensions, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { ModelEntity, RetrainingProposalEntity } from '../../services/records.js';
import { may } from '../access/access.js';
import { connection } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { Dataset } from '../dataset/dataset.type.js';
import { idOf, queriedIdOf } from '../globalId.js';
import { Model, ModelVersion } from '../model/model.type.js';
import { TrainingRun } from '../training-run/trainingRun.type.js';
import { payload } from '../user-error/payload.js';
import { DecideRetrainingInput, RetrainingProposalArgs, SetRetrainingRuleInput } from './retraining.input.js';
import {
  RetrainingProposal,
  RetrainingProposalConnection,
  RetrainingProposalPayload,
  RetrainingRule,
  SetRetrainingRulePayload,
} from './retraining.type.js';

@Resolver(() => Model)
export class RetrainingRuleResolver {
  @FieldResolver(() => RetrainingRule, { description: 'When it is proposed to be trained again.' })
  retrainingRule(@Root() { id }: ModelEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.retrainingRule.load(id);
  }

  @Extensions(may('TRAIN'))
  @Mutation(() => SetRetrainingRulePayload, {
    description: 'Chooses when a model is proposed to be trained again. Nothing starts by itself.',
  })
  setRetrainingRule(
    @Arg('input', () => SetRetrainingRuleInput, { description: 'Which model, and when.' })
    { modelId, newLabels, onDrift }: SetRetrainingRuleInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const id = idOf('Model', modelId, ['input', 'modelId']);
      const rule = { newLabels: newLabels ?? null, onDrift };
      return { model: await context.services.retraining.setRule(context.scope, id, rule) };
    });
  }
}

@Resolver(() => RetrainingProposal)
export class RetrainingProposalResolver {
  @FieldResolver(() => Model)
  model(@Root() { modelId }: RetrainingProposalEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.model.load(modelId);
  }

  @FieldResolver(() => ModelVersion)
  modelVersion(@Root() { modelVersionId }: RetrainingProposalEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.modelVersion.load(modelVersionId);
  }

  @FieldResolver(() => Dataset)
  dataset(@Root() { datasetId }: RetrainingProposalEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.dataset.load(datasetId);
  }

  @FieldResolver(() => TrainingRun, { nullable: true })
  trainingRun(@Root() { trainingRunId }: RetrainingProposalEntity, @Ctx() { loaders }: GraphqlContext) {
    return trainingRunId && loaders.jobRecord.load(trainingRunId);
  }

  @Extensions(may('READ'))
  @Query(() => RetrainingProposalConnection, {
    description: 'Trainings that were proposed in a project, newest first.',
  })
  retrainingProposals(
    @Args(() => RetrainingProposalArgs) { projectId, state, ...page }: RetrainingProposalArgs,
    @Ctx() { services, scope }: GraphqlContext,
  ) {
    const asked = { projectId: queriedIdOf('Project', projectId), state };
    return connection(services.retraining.page(scope, asked, page));
  }

  @Extensions(may('TRAIN'))
  @Mutation(() => RetrainingProposalPayload, {
    description: 'Follows a proposal: freezes its data set and starts a training with the settings of its version.',
  })
  startRetraining(
    @Arg('input', () => DecideRetrainingInput, { description: 'The proposal to decide on.' })
    input: DecideRetrainingInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const id = proposalIdOf(input);
      return { proposal: await context.services.retraining.start(context.scope, id, context.principal.name) };
    });
  }

  @Extensions(may('TRAIN'))
  @Mutation(() => RetrainingProposalPayload, {
    description: 'Dismisses a proposal; the next one needs new reasons.',
  })
  dismissRetraining(
    @Arg('input', () => DecideRetrainingInput, { description: 'The proposal to decide on.' })
    input: DecideRetrainingInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const id = proposalIdOf(input);
      return { proposal: await context.services.retraining.dismiss(context.scope, id, context.principal.name) };
    });
  }
}

function proposalIdOf({ proposalId }: DecideRetrainingInput): string {
  return idOf('RetrainingProposal', proposalId, ['input', 'proposalId']);
}
