import { Arg, Args, Ctx, Extensions, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { SweepEntity, SweepTrialEntity } from '../../services/records.js';
import { resultsOf, winnerOf, type CandidateResult } from '../../services/sweeps/results.js';
import { may } from '../access/access.js';
import { connection } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { Evaluation } from '../evaluation/evaluation.type.js';
import { idOf, queriedIdOf } from '../globalId.js';
import type { PluginChoiceInput } from '../plugin/plugin.type.js';
import { Snapshot } from '../snapshot/snapshot.type.js';
import { TrainingRun } from '../training-run/trainingRun.type.js';
import { payload } from '../user-error/payload.js';
import { CancelSweepInput, StartSweepInput, SweepsArgs } from './sweep.input.js';
import { Sweep, SweepCandidate, SweepConnection, SweepPayload, SweepTrial } from './sweep.type.js';

@Resolver(() => Sweep)
export class SweepResolver {
  @FieldResolver(() => Snapshot)
  snapshot(@Root() { snapshotId }: SweepEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.snapshot.load(snapshotId);
  }

  @FieldResolver(() => [SweepCandidate])
  async candidates(@Root() sweep: SweepEntity, @Ctx() { loaders }: GraphqlContext) {
    return resultsOf(sweep, await loaders.sweepTrials.load(sweep.id)).map(candidateOf);
  }

  @FieldResolver(() => SweepCandidate, { nullable: true })
  async winner(@Root() sweep: SweepEntity, @Ctx() { loaders }: GraphqlContext) {
    const winner = winnerOf(resultsOf(sweep, await loaders.sweepTrials.load(sweep.id)));
    return winner && candidateOf(winner);
  }

  @Extensions(may('READ'))
  @Query(() => SweepConnection, { description: 'Sweeps of a project, newest first.' })
  sweeps(
    @Args(() => SweepsArgs) { projectId, state, ...page }: SweepsArgs,
    @Ctx() { services, scope }: GraphqlContext,
  ) {
    return connection(services.sweeps.page(scope, { projectId: queriedIdOf('Project', projectId), state }, page));
  }

  @Extensions(may('TRAIN'))
  @Mutation(() => SweepPayload, {
    description:
      'Starts a search for a better method or better parameters: trainings and evaluations on the validation split, one at a time, until all is tried or the minutes are used.',
  })
  startSweep(
    @Arg('input', () => StartSweepInput, { description: 'What to train on, and what to try.' }) input: StartSweepInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({ sweep: await startSweep(context, input) }));
  }

  @Extensions(may('TRAIN'))
  @Mutation(() => SweepPayload, { description: 'Ends a sweep and the job that it runs; what was tried stays.' })
  cancelSweep(
    @Arg('input', () => CancelSweepInput, { description: 'The sweep to stop.' }) { sweepId }: CancelSweepInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      sweep: await context.services.sweeps.cancel(context.scope, idOf('Sweep', sweepId, ['input', 'sweepId'])),
    }));
  }
}

@Resolver(() => SweepTrial)
export class SweepTrialResolver {
  @FieldResolver(() => TrainingRun, { nullable: true })
  trainingRun(@Root() { trainingRunId }: SweepTrialEntity, @Ctx() { loaders }: GraphqlContext) {
    return trainingRunId && loaders.jobRecord.load(trainingRunId);
  }

  @FieldResolver(() => Evaluation, { nullable: true })
  evaluation(@Root() { evaluationId }: SweepTrialEntity, @Ctx() { loaders }: GraphqlContext) {
    return evaluationId && loaders.jobRecord.load(evaluationId);
  }
}

function startSweep({ services, scope, principal }: GraphqlContext, { snapshotId, ...input }: StartSweepInput) {
  return services.sweeps.start(scope, {
    ...input,
    detector: choiceOf(input.detector),
    detectors: input.detectors?.map(({ name, ...method }) => ({ ...method, id: name })),
    featureExtractor: choiceOf(input.featureExtractor),
    snapshotId: idOf('Snapshot', snapshotId, ['input', 'snapshotId']),
    author: principal.name,
  });
}

/** As the API tells it. */
function candidateOf({ detector, changes, candidate, ...result }: CandidateResult) {
  return { ...result, detector: detector.id, params: changes, isBaseline: candidate === 0 };
}

/** Plugins know themselves by id; the API calls it a name. */
function choiceOf(choice: PluginChoiceInput | null | undefined) {
  return choice ? { id: choice.name, params: choice.params ?? undefined } : undefined;
}
