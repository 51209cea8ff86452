import { Field, Float, ObjectType, registerEnumType } from 'type-graphql';
import { leaderboardMetrics, tradeoffTimes } from '../../services/leaderboard.service.js';
import { publishedDatasets } from '../../services/leaderboard/publishedTables.js';
import type { AnnotationKind } from '../../services/records.js';
import type { Supervision } from '../../shared/training.js';
import { AnnotationCost, AnnotationKindEnum } from '../annotation/annotation.type.js';
import { enumOf } from '../enumOf.js';
import { Evaluation, EvaluationMetrics } from '../evaluation/evaluation.type.js';
import { ModelVersion } from '../model/model.type.js';
import { SupervisionEnum } from '../training-run/trainingSettings.type.js';

export const LeaderboardOrderEnum = enumOf(Object.keys(leaderboardMetrics) as (keyof typeof leaderboardMetrics)[]);
registerEnumType(LeaderboardOrderEnum, {
  name: 'LeaderboardOrder',
  description: 'A metric to order by, best first; rows without it come last.',
});

export const PublishedDatasetEnum = enumOf(publishedDatasets);
registerEnumType(PublishedDatasetEnum, {
  name: 'PublishedDataset',
  description: 'A public data set the paper reports on.',
});

export const TradeoffTimeEnum = enumOf(tradeoffTimes);
registerEnumType(TradeoffTimeEnum, {
  name: 'TradeoffTime',
  description: 'Where the seconds of a kind of label are taken from.',
  valuesConfig: {
    LABELS: { description: 'Measured while the labels were drawn that were trained on.' },
    STUDY: {
      description: "Measured in the data set's studies, where people copied masks; null for a kind without trials.",
    },
  },
});

@ObjectType({ description: 'A model version and its newest evaluation on the images asked for.' })
export class LeaderboardRow {
  @Field(() => ModelVersion, { description: 'The version in this row.' })
  modelVersion: object;

  @Field(() => Evaluation, { description: 'Its newest completed evaluation there.' })
  evaluation: object;

  @Field(() => SupervisionEnum, { description: 'Which labels its training read.' })
  supervision: Supervision;

  @Field(() => [AnnotationCost], { description: 'What its labels cost.' })
  labelCost: object[];

  @Field(() => EvaluationMetrics, { description: 'What the evaluation measured.' })
  metrics: object;
}

@ObjectType({
  description: "One point of the paper's Figure 5: what a kind of label costs per image and the best it bought.",
})
export class AnnotationTradeoff {
  @Field(() => AnnotationKindEnum, { nullable: true, description: 'Kind of label; null when the training read none.' })
  kind: AnnotationKind | null;

  @Field(() => SupervisionEnum, { description: 'How the training read it.' })
  supervision: Supervision;

  @Field(() => Float, {
    nullable: true,
    description: 'Seconds per measured image; 0 when the training read no labels, null when nobody measured.',
  })
  secondsPerImage: number | null;

  @Field(() => [AnnotationCost], {
    description: 'What all labels behind the version cost, the unmeasured ones counted apart.',
  })
  labelCost: AnnotationCost[];

  @Field(() => ModelVersion, { description: 'The version that reached it.' })
  modelVersion: object;

  @Field(() => Evaluation, { description: 'The best evaluation on a TEST split of the data set.' })
  evaluation: object;

  @Field(() => EvaluationMetrics, { description: 'What it measured.' })
  metrics: object;
}

@ObjectType({
  description: 'A row of a table of the paper, to compare with: published, not measured here. Metrics in [0, 1].',
})
export class PublishedResult {
  @Field(() => PublishedDatasetEnum, { description: 'The public data set.' })
  dataset: string;

  @Field(() => String, { nullable: true, description: 'Folder of the category; null for the mean over all.' })
  category: string | null;

  @Field(() => String, { description: 'Name of the method.' })
  method: string;

  @Field(() => SupervisionEnum, { description: 'The setting it was reported in.' })
  supervision: Supervision;

  @Field(() => AnnotationKindEnum, {
    nullable: true,
    description: 'Local labels it read; null for none, or for labels of whole images only.',
  })
  labels: AnnotationKind | null;

  @Field(() => Float, { nullable: true, description: 'Average precision over pixels; null when not reported.' })
  pixelAp: number | null;

  @Field(() => Float, { nullable: true, description: 'Per-region overlap; null when not reported.' })
  pro: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Area under the ROC curve over pixels; null when not reported.',
  })
  pixelAuroc: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Seconds to label one image as the paper has them: about 5 and 17, and more than 32. Null elsewhere.',
  })
  secondsPerImage: number | null;

  @Field(() => String, { description: 'Where it is printed.' })
  source: string;
}
