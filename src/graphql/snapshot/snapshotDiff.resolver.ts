import { Extensions, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { may } from '../access/access.js';
import type {
  AnnotationChange as AnnotationChangeRecord,
  FrozenImage as FrozenImageRecord,
  SnapshotDiff as SnapshotDiffRecord,
} from '../../services/snapshot-diffs.service.js';
import { Annotation } from '../annotation/annotation.type.js';
import { connection } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { queriedIdOf } from '../globalId.js';
import { Image } from '../image/image.type.js';
import { DiffSnapshotsArgs } from './snapshot.input.js';
import {
  AnnotationChange,
  AnnotationChangeConnection,
  ChangeCounts,
  ChangesArgs,
  FrozenImage,
  ImageChangeConnection,
  SnapshotDiff,
} from './snapshotDiff.type.js';

@Resolver(() => SnapshotDiff)
export class SnapshotDiffResolver {
  @Extensions(may('READ'))
  @Query(() => SnapshotDiff, { description: 'What changed from one snapshot to another: images and annotations.' })
  diffSnapshots(
    @Args(() => DiffSnapshotsArgs) { a, b }: DiffSnapshotsArgs,
    @Ctx() { services, scope }: GraphqlContext,
  ) {
    return services.snapshotDiffs.between(scope, queriedIdOf('Snapshot', a), queriedIdOf('Snapshot', b));
  }

  @FieldResolver(() => Boolean)
  identical(@Root() { a, b }: SnapshotDiffRecord) {
    return a.digest === b.digest;
  }

  @FieldResolver(() => ChangeCounts)
  imageCounts(@Root() diff: SnapshotDiffRecord, @Ctx() { services }: GraphqlContext) {
    return services.snapshotDiffs.count(diff, 'images');
  }

  @FieldResolver(() => ChangeCounts)
  annotationCounts(@Root() diff: SnapshotDiffRecord, @Ctx() { services }: GraphqlContext) {
    return services.snapshotDiffs.count(diff, 'annotations');
  }

  @FieldResolver(() => ImageChangeConnection, { description: 'Images that differ, by filename.' })
  images(
    @Root() diff: SnapshotDiffRecord,
    @Args(() => ChangesArgs) args: ChangesArgs,
    @Ctx() { services }: GraphqlContext,
  ) {
    return connection(services.snapshotDiffs.imagesPage(diff, args));
  }

  @FieldResolver(() => AnnotationChangeConnection, { description: 'Annotations that differ, by filename and kind.' })
  annotations(
    @Root() diff: SnapshotDiffRecord,
    @Args(() => ChangesArgs) args: ChangesArgs,
    @Ctx() { services }: GraphqlContext,
  ) {
    return connection(services.snapshotDiffs.annotationsPage(diff, args));
  }
}

@Resolver(() => FrozenImage)
export class FrozenImageResolver {
  @FieldResolver(() => Image)
  image(@Root() { imageId }: FrozenImageRecord, @Ctx() { loaders }: GraphqlContext) {
    return loaders.image.load(imageId);
  }
}

@Resolver(() => AnnotationChange)
export class AnnotationChangeResolver {
  @FieldResolver(() => Annotation)
  before(@Root() { before }: AnnotationChangeRecord, @Ctx() { loaders }: GraphqlContext) {
    return before && loaders.annotation.load(before.annotationId);
  }

  @FieldResolver(() => Annotation)
  after(@Root() { after }: AnnotationChangeRecord, @Ctx() { loaders }: GraphqlContext) {
    return after && loaders.annotation.load(after.annotationId);
  }
}
