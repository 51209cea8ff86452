import { Extensions, Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { may } from '../access/access.js';
import { queriedProject } from '../project/queriedProject.js';
import { NamedArgs, ProjectPageArgs } from '../project/project.input.js';
import type { DatasetEntity } from '../../services/records.js';
import { AnnotationConnection, AnnotationCost } from '../annotation/annotation.type.js';
import { connection } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { idOf, optionalIdOf, queriedIdOf } from '../globalId.js';
import { ImageConnection } from '../image/image.type.js';
import { Project } from '../project/project.type.js';
import { SnapshotsArgs } from '../snapshot/snapshot.input.js';
import { SnapshotConnection } from '../snapshot/snapshot.type.js';
import { payload } from '../user-error/payload.js';
import { AnnotationsArgs, CreateDatasetInput, DeleteDatasetInput, ImagesArgs } from './dataset.input.js';
import {
  CreateDatasetPayload,
  Dataset,
  DatasetConnection,
  DatasetCounts,
  DeleteDatasetPayload,
} from './dataset.type.js';

@Resolver(() => Dataset)
export class DatasetResolver {
  @Extensions(may('READ'))
  @Query(() => DatasetConnection, { description: 'All data sets, oldest first.' })
  datasets(
    @Args(() => ProjectPageArgs) { projectId, ...page }: ProjectPageArgs,
    @Ctx() { services, scope }: GraphqlContext,
  ) {
    return connection(services.datasets.page(scope, page, queriedProject(projectId)));
  }

  @Extensions(may('READ'))
  @Query(() => Dataset, { nullable: true, description: 'The data set of this name, or null.' })
  dataset(@Args(() => NamedArgs) { name, projectId }: NamedArgs, @Ctx() { services, scope }: GraphqlContext) {
    return services.datasets.byName(scope, name, queriedProject(projectId));
  }

  @FieldResolver(() => Project)
  project(@Root() dataset: DatasetEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.project.load(dataset.projectId);
  }

  @FieldResolver(() => DatasetCounts)
  counts(@Root() dataset: DatasetEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.datasetCounts.load(dataset.id);
  }

  @FieldResolver(() => ImageConnection, { description: 'Its images, oldest first unless asked otherwise.' })
  images(@Root() dataset: DatasetEntity, @Args(() => ImagesArgs) args: ImagesArgs, @Ctx() { loaders }: GraphqlContext) {
    return connection(loaders.datasetImages.load({ owner: dataset.id, args: readImagesArgs(args) }));
  }

  @FieldResolver(() => SnapshotConnection, { description: 'Its snapshots, newest first.' })
  snapshots(
    @Root() dataset: DatasetEntity,
    @Args(() => SnapshotsArgs) args: SnapshotsArgs,
    @Ctx() { loaders }: GraphqlContext,
  ) {
    return connection(loaders.datasetSnapshots.load({ owner: dataset.id, args }));
  }

  @FieldResolver(() => AnnotationConnection, { description: 'Every revision of its annotations, image by image.' })
  annotations(
    @Root() { id }: DatasetEntity,
    @Args(() => AnnotationsArgs) { kind, ...page }: AnnotationsArgs,
    @Ctx() { services, scope }: GraphqlContext,
  ) {
    return connection(services.annotations.pageOfDataset(scope, id, page, kind));
  }

  @FieldResolver(() => [AnnotationCost])
  annotationBudget(@Root() dataset: DatasetEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.datasetLabelCost.load(dataset.id);
  }

  @Extensions(may('CURATE'))
  @Mutation(() => CreateDatasetPayload, { description: 'Makes an empty data set.' })
  createDataset(
    @Arg('input', () => CreateDatasetInput, { description: 'The data set to make.' })
    { name, projectId }: CreateDatasetInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      dataset: await context.services.datasets.create(context.scope, {
        name,
        projectId: optionalIdOf('Project', projectId, ['input', 'projectId']),
      }),
    }));
  }

  @Extensions(may('DELETE'))
  @Mutation(() => DeleteDatasetPayload, {
    description: 'Deletes a data set with its images and snapshots, unless a training or evaluation refers to one.',
  })
  deleteDataset(
    @Arg('input', () => DeleteDatasetInput, { description: 'What to delete.' }) { id }: DeleteDatasetInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      await context.services.datasets.remove(context.scope, idOf('Dataset', id, ['input', 'id']));
      return { deletedId: id };
    });
  }
}

/** @throws FaultError BAD_USER_INPUT, NOT_FOUND for what is not the id of a model version. */
function readImagesArgs({ filter, orderBy, ...page }: ImagesArgs) {
  const score = filter?.score && {
    ...filter.score,
    modelVersionId: queriedIdOf('ModelVersion', filter.score.modelVersionId),
  };
  const version = orderBy?.modelVersionId;
  return {
    ...page,
    filter: filter && { ...filter, score },
    orderBy: orderBy && { ...orderBy, modelVersionId: version ? queriedIdOf('ModelVersion', version) : version },
  };
}
