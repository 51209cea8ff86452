import { Arg, Args, Ctx, Extensions, FieldResolver, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { StudyEntity, StudyTrialEntity } from '../../services/records.js';
import { may } from '../access/access.js';
import { Annotation } from '../annotation/annotation.type.js';
import { connection } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { Dataset } from '../dataset/dataset.type.js';
import { idOf, queriedIdOf } from '../globalId.js';
import { Image } from '../image/image.type.js';
import { payload } from '../user-error/payload.js';
import { CreateStudyInput, DeleteStudyInput, FinishTrialInput, StartTrialInput, StudiesArgs } from './study.input.js';
import {
  CreateStudyPayload,
  DeleteStudyPayload,
  Study,
  StudyConnection,
  StudyProgress,
  StudyResult,
  StudyTrial,
  StudyTrialPayload,
} from './study.type.js';

@Resolver(() => Study)
export class StudyResolver {
  @Extensions(may('READ'))
  @Query(() => StudyConnection, { description: 'Studies of what labels cost, newest first.' })
  studies(@Args(() => StudiesArgs) { datasetId, ...page }: StudiesArgs, @Ctx() { services, scope }: GraphqlContext) {
    return connection(services.studies.page(scope, queriedIdOf('Dataset', datasetId), page));
  }

  @FieldResolver(() => Dataset)
  dataset(@Root() { datasetId }: StudyEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.dataset.load(datasetId);
  }

  @FieldResolver(() => Int)
  imageCount(@Root() study: StudyEntity, @Ctx() { services }: GraphqlContext) {
    return services.studies.imageCount(study);
  }

  @FieldResolver(() => [String])
  participants(@Root() study: StudyEntity, @Ctx() { services, scope }: GraphqlContext) {
    return services.studies.participants(scope, study);
  }

  @FieldResolver(() => StudyProgress)
  progress(@Root() study: StudyEntity, @Ctx() { services, principal }: GraphqlContext) {
    return services.studies.progress(principal, study);
  }

  @FieldResolver(() => [StudyResult])
  results(@Root() study: StudyEntity, @Ctx() { services, scope }: GraphqlContext) {
    return services.studies.results(scope, study);
  }

  @FieldResolver(() => String)
  csv(@Root() study: StudyEntity, @Ctx() { services, scope }: GraphqlContext) {
    return services.studies.csv(scope, study);
  }

  @Extensions(may('CURATE'))
  @Mutation(() => CreateStudyPayload, { description: 'Makes a study of masks that are there.' })
  createStudy(
    @Arg('input', () => CreateStudyInput, { description: 'What is measured.' }) input: CreateStudyInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      study: await context.services.studies.create(context.scope, {
        ...input,
        datasetId: idOf('Dataset', input.datasetId, ['input', 'datasetId']),
        kinds: input.kinds ?? ['BOX', 'BLOCK', 'PIXEL'],
        seed: input.seed ?? 0,
      }),
    }));
  }

  @Extensions(may('CURATE'))
  @Mutation(() => DeleteStudyPayload, { description: 'Deletes a study with its trials.' })
  deleteStudy(
    @Arg('input', () => DeleteStudyInput, { description: 'What to delete.' }) { id }: DeleteStudyInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      await context.services.studies.remove(context.scope, idOf('Study', id, ['input', 'id']));
      return { deletedId: id };
    });
  }

  @Extensions(may('LABEL'))
  @Mutation(() => StudyTrialPayload, {
    description: 'Starts the next trial of whoever asks by the clock of the database; one that was left begins anew.',
  })
  startTrial(
    @Arg('input', () => StartTrialInput, { description: 'In which study.' }) { studyId }: StartTrialInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const id = idOf('Study', studyId, ['input', 'studyId']);
      return { trial: await context.services.studies.next(context.scope, context.principal, id) };
    });
  }

  @Extensions(may('LABEL'))
  @Mutation(() => StudyTrialPayload, { description: 'Ends a trial. What was drawn becomes no label of the data set.' })
  finishTrial(
    @Arg('input', () => FinishTrialInput, { description: 'What was drawn, and how long it took.' })
    input: FinishTrialInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const trialId = idOf('StudyTrial', input.trialId, ['input', 'trialId']);
      return { trial: await context.services.studies.finish(context.principal, { ...input, trialId }) };
    });
  }
}

@Resolver(() => StudyTrial)
export class StudyTrialResolver {
  @FieldResolver(() => Study)
  study(@Root() { studyId }: StudyTrialEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.study.load(studyId);
  }

  @FieldResolver(() => Image)
  image(@Root() { imageId }: StudyTrialEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.image.load(imageId);
  }

  @FieldResolver(() => Annotation)
  async truth(@Root() trial: StudyTrialEntity, @Ctx() { services, loaders }: GraphqlContext) {
    return loaders.annotation.load(await services.studies.truthOf(trial));
  }
}
