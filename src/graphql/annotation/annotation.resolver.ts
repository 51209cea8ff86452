import { Extensions, Arg, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import { may } from '../access/access.js';
import type { AnnotationEntity, AnnotationKind, AnnotationOf, Assistance, Derivation } from '../../services/records.js';
import type { SavedAnnotation } from '../../services/annotations.service.js';
import { AnnotationReview } from '../annotation-review/annotationReview.type.js';
import type { GraphqlContext } from '../context.js';
import { fileAddressOf } from '../fileAddressOf.js';
import { idOf, optionalIdOf } from '../globalId.js';
import { Image } from '../image/image.type.js';
import { Principal } from '../member/member.type.js';
import { ModelVersion } from '../model/model.type.js';
import { payload } from '../user-error/payload.js';
import {
  DeriveAnnotationsInput,
  RemoveAnnotationInput,
  type SaveAnnotationInput,
  SaveBlockAnnotationInput,
  SaveBoxAnnotationInput,
  SaveBoxAnnotationsInput,
  SavePixelAnnotationInput,
} from './annotation.input.js';
import {
  Annotation,
  AnnotationAssistance,
  AnnotationDerivation,
  BlockAnnotation,
  BlockLabelEnum,
  Box,
  BoxAnnotation,
  DeriveAnnotationsPayload,
  PixelAnnotation,
  SaveAnnotationPayload,
  SaveAnnotationsPayload,
} from './annotation.type.js';

@Resolver(() => Annotation)
export class AnnotationResolver {
  @FieldResolver(() => Image)
  image(@Root() annotation: AnnotationEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.image.load(annotation.imageId);
  }

  @FieldResolver(() => Principal, { nullable: true })
  by(@Root() { principalId }: AnnotationEntity, @Ctx() { loaders }: GraphqlContext) {
    return principalId && loaders.principal.load(principalId);
  }

  @FieldResolver(() => [AnnotationReview])
  reviews(@Root() { id }: AnnotationEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.annotationReviews.load(id);
  }

  @Extensions(may('LABEL'))
  @Mutation(() => SaveAnnotationPayload, { description: 'Saves a mask as the next revision of an image.' })
  savePixelAnnotation(
    @Arg('input', () => SavePixelAnnotationInput, { description: 'The mask, and the revision it is drawn over.' })
    input: SavePixelAnnotationInput,
    @Ctx() context: GraphqlContext,
  ) {
    return saved(context, input, 'PIXEL', (work) => {
      const uploadId = optionalIdOf('Upload', input.uploadId, ['input', 'uploadId']);
      return context.services.annotations.savePixels(context.scope, { ...input, ...work, uploadId });
    });
  }

  @Extensions(may('LABEL'))
  @Mutation(() => SaveAnnotationPayload, { description: 'Saves block labels as the next revision of an image.' })
  saveBlockAnnotation(
    @Arg('input', () => SaveBlockAnnotationInput, {
      description: 'The labels of all blocks, and the revision they are drawn over.',
    })
    input: SaveBlockAnnotationInput,
    @Ctx() context: GraphqlContext,
  ) {
    return saved(context, input, 'BLOCK', (work) =>
      context.services.annotations.saveBlocks(context.scope, { ...input, ...work }),
    );
  }

  @Extensions(may('LABEL'))
  @Mutation(() => SaveAnnotationPayload, { description: 'Saves boxes as the next revision of an image.' })
  saveBoxAnnotation(
    @Arg('input', () => SaveBoxAnnotationInput, { description: 'All boxes, and the revision they are drawn over.' })
    input: SaveBoxAnnotationInput,
    @Ctx() context: GraphqlContext,
  ) {
    return saved(context, input, 'BOX', (work) =>
      context.services.annotations.saveBoxes(context.scope, { ...input, ...work }),
    );
  }

  @Extensions(may('LABEL'))
  @Mutation(() => SaveAnnotationsPayload, {
    description: 'Saves boxes of many images, each as its next revision, all or none.',
  })
  saveBoxAnnotations(
    @Arg('input', () => SaveBoxAnnotationsInput, { description: 'All boxes of each image.' })
    { annotations, dryRun }: SaveBoxAnnotationsInput,
    @Ctx() context: GraphqlContext,
  ) {
    const save = async () =>
      context.services.annotations.saveBoxesOfMany(context.scope, annotations.map(ofImage(context)), {
        dryRun: dryRun ?? false,
      });
    return payload(context, save, { saved: 0, warnings: [] });
  }

  @Extensions(may('LABEL'))
  @Mutation(() => SaveAnnotationPayload, {
    description: 'Takes the label of a kind away from an image, as a revision of its own: nothing is forgotten.',
  })
  removeAnnotation(
    @Arg('input', () => RemoveAnnotationInput, { description: 'The label, and its revision.' })
    input: RemoveAnnotationInput,
    @Ctx() context: GraphqlContext,
  ) {
    return saved(context, input, input.kind, (work) =>
      context.services.annotations.remove(context.scope, { ...input, ...work }),
    );
  }

  @Extensions(may('LABEL'))
  @Mutation(() => DeriveAnnotationsPayload, {
    description:
      'Computes cheaper labels from finer ones for images of a data set: blocks from pixels (Eq. 14), boxes from ' +
      'pixels (connected regions), blocks from boxes (Eq. 15). Source and settings are recorded; the labels have no time.',
  })
  deriveAnnotations(
    @Arg('input', () => DeriveAnnotationsInput, { description: 'What from what.' }) input: DeriveAnnotationsInput,
    @Ctx() context: GraphqlContext,
  ) {
    const derive = async () => {
      const datasetId = idOf('Dataset', input.datasetId, ['input', 'datasetId']);
      const imageIds = input.imageIds?.map((id, i) => idOf('Image', id, ['input', 'imageIds', String(i)]));
      return context.services.derivations.derive(context.scope, { ...input, datasetId, imageIds });
    };
    return payload(context, derive, { derived: 0, unchanged: 0, skipped: 0, warnings: [] });
  }
}

@Resolver(() => AnnotationDerivation)
export class AnnotationDerivationResolver {
  @FieldResolver(() => Annotation)
  from(@Root() { annotationId }: Derivation, @Ctx() { loaders }: GraphqlContext) {
    return loaders.annotation.load(annotationId);
  }
}

@Resolver(() => AnnotationAssistance)
export class AnnotationAssistanceResolver {
  @FieldResolver(() => ModelVersion, { nullable: true })
  modelVersion(@Root() { modelVersionId }: Assistance, @Ctx() { loaders }: GraphqlContext) {
    return loaders.modelVersion.load(modelVersionId);
  }
}

/** What a save was about, for the fields that are read after it. */
interface Saved {
  imageId?: string;
  kind: AnnotationKind;
}

@Resolver(() => SaveAnnotationPayload)
export class SaveAnnotationPayloadResolver {
  @FieldResolver(() => Annotation, { nullable: true })
  async current(@Root() { imageId, kind }: Saved, @Ctx() { loaders }: GraphqlContext) {
    const newest = imageId ? await loaders.imageRevisions.load(imageId) : [];
    return newest.find((annotation) => annotation.kind === kind);
  }
}

@Resolver(() => PixelAnnotation)
export class PixelAnnotationResolver {
  @FieldResolver(() => String)
  counts(@Root() { payload: { counts } }: AnnotationOf<'PIXEL'>) {
    return counts;
  }

  @FieldResolver(() => String)
  maskUrl(@Root() { id }: AnnotationEntity, @Ctx() context: GraphqlContext) {
    return fileAddressOf(
      context,
      `/annotations/${id}/mask`,
      { type: 'PixelAnnotation', id },
      'PixelAnnotation.maskUrl',
    );
  }

  @FieldResolver(() => Int)
  anomalousPixels(@Root() { payload: { anomalousPixels } }: AnnotationOf<'PIXEL'>) {
    return anomalousPixels;
  }
}

@Resolver(() => BlockAnnotation)
export class BlockAnnotationResolver {
  @FieldResolver(() => Int)
  blockSize(@Root() { payload: { blockSize } }: AnnotationOf<'BLOCK'>) {
    return blockSize;
  }

  @FieldResolver(() => Int)
  rows(@Root() { payload: { rows } }: AnnotationOf<'BLOCK'>) {
    return rows;
  }

  @FieldResolver(() => Int)
  columns(@Root() { payload: { columns } }: AnnotationOf<'BLOCK'>) {
    return columns;
  }

  @FieldResolver(() => [BlockLabelEnum])
  labels(@Root() { payload: { labels } }: AnnotationOf<'BLOCK'>) {
    return labels;
  }
}

@Resolver(() => BoxAnnotation)
export class BoxAnnotationResolver {
  @FieldResolver(() => [Box])
  boxes(@Root() { payload: { boxes } }: AnnotationOf<'BOX'>) {
    return boxes;
  }
}

/** Boxes of one of many images, with UUIDs. */
function ofImage(context: GraphqlContext) {
  return (given: SaveBoxAnnotationInput, index: number) => ({
    ...given,
    ...workOf(context, given, ['input', 'annotations', String(index)]),
  });
}

/** What a save names by ids, as UUIDs, and who saves. */
function workOf(context: GraphqlContext, input: SaveAnnotationInput, at: readonly string[]) {
  const { assistance } = input;
  const version =
    assistance && idOf('ModelVersion', assistance.modelVersionId, [...at, 'assistance', 'modelVersionId']);
  return {
    imageId: idOf('Image', input.imageId, [...at, 'imageId']),
    sessionId: optionalIdOf('LabelSession', input.sessionId, [...at, 'sessionId']),
    assistance: assistance && { ...assistance, modelVersionId: version! },
    by: context.principal,
  };
}

/** @param save stores the label, given what its input names by ids. */
async function saved(
  context: GraphqlContext,
  input: SaveAnnotationInput,
  kind: AnnotationKind,
  save: (work: ReturnType<typeof workOf>) => Promise<SavedAnnotation>,
) {
  const about: Saved = { kind };
  const change = async () => {
    const work = workOf(context, input, ['input']);
    about.imageId = work.imageId;
    return save(work);
  };
  const answer = await payload(context, change, { warnings: [] });
  return { ...about, ...answer };
}
