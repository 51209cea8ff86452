import { Arg, Args, Ctx, Extensions, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { AnnotationReviewEntity } from '../../services/records.js';
import { may } from '../access/access.js';
import { Annotation } from '../annotation/annotation.type.js';
import type { GraphqlContext } from '../context.js';
import { annotationIdOf, optionalIdOf, queriedIdOf } from '../globalId.js';
import { payload } from '../user-error/payload.js';
import { ReviewAnnotationInput, ReviewQueueArgs } from './annotationReview.input.js';
import { AnnotationReview, ReviewAnnotationPayload, WaitingLabel } from './annotationReview.type.js';

@Resolver(() => AnnotationReview)
export class AnnotationReviewResolver {
  @FieldResolver(() => Annotation)
  annotation(@Root() { annotationId }: AnnotationReviewEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.annotation.load(annotationId);
  }

  @Extensions(may('REVIEW'))
  @Query(() => [WaitingLabel], {
    description: 'Labels of other people that wait for a judgement, those first that the model contradicts.',
  })
  reviewQueue(
    @Args(() => ReviewQueueArgs) { datasetId, modelVersionId, first }: ReviewQueueArgs,
    @Ctx() { services, scope, principal }: GraphqlContext,
  ) {
    return services.reviews.queue(scope, principal, {
      datasetId: queriedIdOf('Dataset', datasetId),
      modelVersionId: modelVersionId ? queriedIdOf('ModelVersion', modelVersionId) : undefined,
      first,
    });
  }

  @Extensions(may('REVIEW'))
  @Mutation(() => ReviewAnnotationPayload, {
    description: "Judges somebody else's label. The newest judgement of a revision holds; a new revision waits anew.",
  })
  reviewAnnotation(
    @Arg('input', () => ReviewAnnotationInput, { description: 'The label, and what is said of it.' })
    input: ReviewAnnotationInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const annotationId = annotationIdOf(input.annotationId, ['input', 'annotationId']);
      const sessionId = optionalIdOf('LabelSession', input.sessionId, ['input', 'sessionId']);
      const judged = { ...input, annotationId, sessionId };
      return { review: await context.services.reviews.judge(context.scope, context.principal, judged) };
    });
  }
}

@Resolver(() => WaitingLabel)
export class WaitingLabelResolver {
  @FieldResolver(() => Annotation)
  annotation(@Root() { annotationId }: { annotationId: string }, @Ctx() { loaders }: GraphqlContext) {
    return loaders.annotation.load(annotationId);
  }
}
