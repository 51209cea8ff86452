import { ArgsType, Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import {
  queueReasons,
  queueStrategies,
  type QueueReason,
  type QueueStrategy,
} from '../../services/label-queue/rankImages.js';
import type { AnnotationKind } from '../../services/records.js';
import { AnnotationKindEnum } from '../annotation/annotation.type.js';
import { enumOf } from '../enumOf.js';
import { Image } from '../image/image.type.js';

export const QueueStrategyEnum = enumOf(queueStrategies);
registerEnumType(QueueStrategyEnum, {
  name: 'QueueStrategy',
  description: 'What decides which image is labelled next. Every tenth is drawn by lot in each.',
  valuesConfig: {
    ANOMALOUS_AND_DIVERSE: {
      description: 'Of those with the highest scores, the one farthest from all before it (k-centre).',
    },
    DOUBTFUL_AND_DIVERSE: {
      description: 'Of those with a score nearest to the threshold, the one farthest from all before it (k-centre).',
    },
    EXPECTED_GAIN: { description: 'Doubt times distance from others, per expected second of work.' },
    RANDOM: { description: 'Images drawn by lot.' },
  },
});

export const QueueReasonEnum = enumOf(queueReasons);
registerEnumType(QueueReasonEnum, {
  name: 'QueueReason',
  description: 'Why an image stands where it stands.',
  valuesConfig: {
    RETURNED: { description: 'Its label was returned.' },
    ANOMALOUS: { description: 'Its score is far above the threshold.' },
    DOUBTFUL: { description: 'Its score is near the threshold.' },
    UNLIKE_OTHERS: { description: 'The model sees something where, or as large as, in no other one.' },
    NOT_SEEN: { description: 'The model has not seen it.' },
    BY_LOT: { description: 'It was drawn by lot.' },
  },
});

@ObjectType({ description: 'An image to label, and why.' })
export class QueuedImage {
  @Field(() => Image, { description: 'The image to label.' })
  image: object;

  @Field(() => [QueueReasonEnum], { description: 'Why it stands here.' })
  reasons: QueueReason[];

  @Field(() => Float, { nullable: true, description: "Its newest score ÷ the version's threshold; null without one." })
  scoreRatio: number | null;

  @Field(() => Float, {
    description:
      "Seconds its label is expected to take: one's own mean, drawn towards the paper's, by the areas the model marks.",
  })
  expectedSeconds: number;
}

@ArgsType()
export class LabelQueueArgs {
  @Field(() => ID, { description: 'The data set; only its TRAIN images are queued.' })
  datasetId: string;

  @Field(() => AnnotationKindEnum, { description: 'The kind of label that is drawn.' })
  kind: AnnotationKind;

  @Field(() => ID, { nullable: true, description: 'The version whose scores and regions decide.' })
  modelVersionId?: string | null;

  @Field(() => QueueStrategyEnum, { nullable: true, description: 'ANOMALOUS_AND_DIVERSE when left out.' })
  strategy?: QueueStrategy | null;

  @Field(() => Int, { defaultValue: 20, description: 'How many at most, 1 to 200.' })
  first: number;

  @Field(() => Int, { nullable: true, description: 'Seed of the lot; 0 when left out.' })
  seed?: number | null;
}
