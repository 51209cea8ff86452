import { Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import type { AnnotationEntity, BlockPayload, BoxPayload, PixelPayload } from '../../services/records.js';
import type { GraphqlContext } from '../context.js';
import { Image } from '../image/image.type.js';
import { Annotation, BlockAnnotation, BlockLabelEnum, Box, BoxAnnotation, PixelAnnotation } from './annotation.type.js';

@Resolver(() => Annotation)
export class AnnotationResolver {
  @FieldResolver(() => Image)
  image(@Root() annotation: AnnotationEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.image.load(annotation.imageId);
  }
}

@Resolver(() => PixelAnnotation)
export class PixelAnnotationResolver {
  @FieldResolver(() => String)
  counts(@Root() annotation: AnnotationEntity) {
    return (annotation.payload as PixelPayload).counts;
  }

  @FieldResolver(() => String)
  maskUrl(@Root() annotation: AnnotationEntity, @Ctx() { publicUrl }: GraphqlContext) {
    return `${publicUrl}/annotations/${annotation.id}/mask`;
  }

  @FieldResolver(() => Int)
  anomalousPixels(@Root() annotation: AnnotationEntity) {
    return (annotation.payload as PixelPayload).anomalousPixels;
  }
}

@Resolver(() => BlockAnnotation)
export class BlockAnnotationResolver {
  @FieldResolver(() => Int)
  blockSize(@Root() annotation: AnnotationEntity) {
    return (annotation.payload as BlockPayload).blockSize;
  }

  @FieldResolver(() => Int)
  rows(@Root() annotation: AnnotationEntity) {
    return (annotation.payload as BlockPayload).rows;
  }

  @FieldResolver(() => Int)
  columns(@Root() annotation: AnnotationEntity) {
    return (annotation.payload as BlockPayload).columns;
  }

  @FieldResolver(() => [BlockLabelEnum])
  labels(@Root() annotation: AnnotationEntity) {
    return (annotation.payload as BlockPayload).labels;
  }
}

@Resolver(() => BoxAnnotation)
export class BoxAnnotationResolver {
  @FieldResolver(() => [Box])
  boxes(@Root() annotation: AnnotationEntity) {
    return (annotation.payload as BoxPayload).boxes;
  }
}
