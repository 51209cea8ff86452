import { Extensions, Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { anybody, may } from '../access/access.js';
import type { TrainingRunEntity } from '../../services/records.js';
import { texturesDigest } from '../../services/training/textureStore.js';
import { trainingPresets } from '../../services/training/trainingPresets.js';
import type { GraphqlContext } from '../context.js';
import { idOf, optionalIdOf } from '../globalId.js';
import { ModelVersion } from '../model/model.type.js';
import type { PluginChoiceInput } from '../plugin/plugin.type.js';
import { Snapshot } from '../snapshot/snapshot.type.js';
import { payload } from '../user-error/payload.js';
import { StartTrainingInput } from './trainingRun.input.js';
import { MetricPoint, StartTrainingPayload, TrainingRun } from './trainingRun.type.js';
import { TrainingPreset } from './trainingSettings.type.js';

@Resolver(() => TrainingRun)
export class TrainingRunResolver {
  @Extensions(anybody)
  @Query(() => [TrainingPreset], {
    description: 'Named starting points of every detector, one for each supervision they serve.',
  })
  trainingPresets(
    @Arg('detector', () => String, { nullable: true, description: 'Those of this detector only.' })
    detector: string | null | undefined,
    @Ctx() { services }: GraphqlContext,
  ) {
    return trainingPresets(services.plugins, detector);
  }

  @FieldResolver(() => Snapshot)
  snapshot(@Root() { snapshotId }: TrainingRunEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.snapshot.load(snapshotId);
  }

  @FieldResolver(() => String, { nullable: true })
  texturesDigest(@Root() { textureFiles }: TrainingRunEntity) {
    return texturesDigest(textureFiles);
  }

  @FieldResolver(() => ModelVersion)
  modelVersion(@Root() { jobId }: TrainingRunEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.versionOfTrainingRun.load(jobId);
  }

  @FieldResolver(() => [MetricPoint], { description: 'Whole history of one metric, for a chart.' })
  metricHistory(
    @Root() { jobId }: TrainingRunEntity,
    @Arg('name', () => String, { description: 'The metric, e.g. `loss`.' }) name: string,
    @Ctx() { services, scope }: GraphqlContext,
  ) {
    return services.trainingRuns.metricHistory(scope, jobId, name);
  }

  @Extensions(may('TRAIN'))
  @Mutation(() => StartTrainingPayload, {
    description: 'Starts a training. Everything that can be known before is checked at once.',
  })
  startTraining(
    @Arg('input', () => StartTrainingInput, { description: 'What to train, on what, how.' }) input: StartTrainingInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      run: await context.services.trainingRuns.start(context.scope, readTraining(input)),
    }));
  }
}

function readTraining({ snapshotId, fromModelVersionId, ...input }: StartTrainingInput) {
  return {
    ...input,
    detector: choiceOf(input.detector),
    featureExtractor: choiceOf(input.featureExtractor),
    augmentations: input.augmentations?.map((augmentation) => choiceOf(augmentation)!),
    loss: choiceOf(input.loss),
    snapshotId: idOf('Snapshot', snapshotId, ['input', 'snapshotId']),
    fromModelVersionId: optionalIdOf('ModelVersion', fromModelVersionId, ['input', 'fromModelVersionId']),
  };
}

/** Plugins know themselves by id; the API calls it a name, as it is unique within a kind only. */
function choiceOf(choice: PluginChoiceInput | null | undefined) {
  return choice ? { id: choice.name, params: choice.params ?? undefined } : undefined;
}
