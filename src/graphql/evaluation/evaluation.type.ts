import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { Split } from '../../services/records.js';
import { verdicts, type Verdict } from '../../services/registry/verdicts.js';
import { Box } from '../annotation/annotation.type.js';
import { connectionOf } from '../connection/connection.type.js';
import { enumOf } from '../enumOf.js';
import { Image, SplitEnum } from '../image/image.type.js';
import { Job } from '../job/job.type.js';
import { ModelVersion } from '../model/model.type.js';
import { Node } from '../node/node.type.js';
import { Snapshot } from '../snapshot/snapshot.type.js';
import { Payload } from '../user-error/userError.type.js';

@ObjectType({
  description:
    'How well a detector finds defects. All in [0, 1] but thresholds; null where not defined, e.g. without masks.',
})
export class EvaluationMetrics {
  @Field(() => Float, { nullable: true, description: 'Area under the ROC curve over pixels.' })
  pixelAuroc: number | null;

  @Field(() => Float, { nullable: true, description: 'Average precision over pixels.' })
  pixelAp: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Per-region overlap, integrated up to `proFprLimit` and normalised by it.',
  })
  pro: number | null;

  @Field(() => Float, { description: 'False positive rate up to which PRO is integrated.' })
  proFprLimit: number;

  @Field(() => Float, { nullable: true, description: 'Best F1 over pixels.' })
  pixelF1Max: number | null;

  @Field(() => Float, { nullable: true, description: 'Anomaly score at which the best F1 over pixels is reached.' })
  pixelF1MaxThreshold: number | null;

  @Field(() => Float, { nullable: true, description: 'Area under the ROC curve over images.' })
  imageAuroc: number | null;

  @Field(() => Float, { nullable: true, description: 'Average precision over images.' })
  imageAp: number | null;

  @Field(() => Float, { nullable: true, description: 'Best F1 over images.' })
  imageF1Max: number | null;

  @Field(() => Float, { nullable: true, description: 'Anomaly score at which the best F1 over images is reached.' })
  imageF1MaxThreshold: number | null;
}

@ObjectType({ description: 'The metrics of one kind of defect against all normal images.' })
export class DefectTypeMetrics {
  @Field(() => String, { description: 'Kind of defect.' })
  defectType: string;

  @Field(() => Int, { description: 'Images that show it.' })
  images: number;

  @Field(() => EvaluationMetrics, { description: 'The metrics on them.' })
  metrics: EvaluationMetrics;
}

@ObjectType({ description: 'One point of a curve.' })
export class CurvePoint {
  @Field(() => Float, { description: 'Horizontal, 0 to 1.' })
  x: number;

  @Field(() => Float, { description: 'Vertical, 0 to 1.' })
  y: number;

  @Field(() => Float, { nullable: true, description: 'Anomaly score of this point; null at an end of the curve.' })
  threshold: number | null;
}

@ObjectType({ description: 'The normal patch that the most anomalous place of a region resembles most.' })
export class NearestNormal {
  @Field(() => Image, { nullable: true, description: 'The training image that shows it; null when it is gone.' })
  image: object | null;

  @Field(() => Box, { description: 'Where, in pixels of that image.' })
  box: Box;

  @Field(() => Float, { description: 'Distance of the two patches, L2 in the space of features.' })
  distance: number;

  @Field(() => Box, { description: 'The place of the region that was compared, in pixels of the image looked at.' })
  patch: Box;
}

@ObjectType({ description: 'A connected anomalous area.' })
export class Region {
  @Field(() => Box, { description: 'The smallest rectangle around it, pixels of the original image.' })
  box: Box;

  @Field(() => Float, { description: 'Its highest anomaly score.' })
  score: number;

  @Field(() => Int, { description: 'Its area in pixels of the original image.' })
  pixels: number;

  @Field(() => NearestNormal, {
    nullable: true,
    description:
      'Why it was flagged: the nearest normal patch. Null from a detector without a memory bank, from a version older than this field, and where the training images are elsewhere.',
  })
  nearestNormal?: object | null;
}

export const EvaluatedImageOrderEnum = enumOf(['WORST_FIRST', 'SCORE_DESC', 'FILENAME']);
registerEnumType(EvaluatedImageOrderEnum, {
  name: 'EvaluatedImageOrder',
  description: 'Order of evaluated images.',
  valuesConfig: {
    WORST_FIRST: { description: 'Farthest on the wrong side of the threshold first.' },
    SCORE_DESC: { description: 'Highest anomaly score first.' },
    FILENAME: { description: 'In the order of filenames.' },
  },
});

export const VerdictEnum = enumOf(verdicts);
registerEnumType(VerdictEnum, {
  name: 'Verdict',
  description: 'What an answer about a labelled image is worth.',
  valuesConfig: {
    CORRECT: { description: 'The answer is the label.' },
    FALSE_ALARM: { description: 'A normal image called anomalous.' },
    MISS: { description: 'An anomalous image called normal.' },
  },
});

@ObjectType({ description: 'What the detector said about one image.' })
export class EvaluatedImage {
  @Field(() => Image, { description: 'The image that was judged.' })
  image: Image;

  @Field(() => Float, { description: 'Highest value of the anomaly map; higher is more anomalous.' })
  anomalyScore: number;

  @Field(() => Boolean, {
    description:
      "Whether the score reaches the threshold: the one asked for, else the model version's as it is now, not as it was.",
  })
  isAnomalous: boolean;

  @Field(() => VerdictEnum, {
    nullable: true,
    description: "That answer against the image's label in the snapshot; null where it had none.",
  })
  verdict: Verdict | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Why the image is normal although areas were marked, or anomalous although none was; null when both say the same.',
  })
  explanation: string | null;

  @Field(() => String, {
    description:
      'Address of the anomaly map as a 16-bit grey PNG: of the proportions of the upright image, of a million pixels at most.',
  })
  anomalyMapUrl: string;

  @Field(() => Float, { description: "Anomaly score of the map's white, 65535; black is 0." })
  anomalyMapScale: number;

  @Field(() => String, {
    description: 'Address of the image with the map laid over it and its regions outlined, PNG of the size of the map.',
  })
  overlayUrl: string;

  @Field(() => [Region], {
    description: "Anomalous areas, highest score first, cut at the evaluation's `pixelThreshold`.",
  })
  regions: Region[];
}

export const EvaluatedImageConnection = connectionOf('EvaluatedImage', () => EvaluatedImage, 'evaluated images');

@ObjectType({ implements: [Node, Job], description: 'Measuring a model version on one split of a snapshot.' })
export class Evaluation extends Job {
  @Field(() => ModelVersion, { description: 'What is measured.' })
  modelVersion: object;

  @Field(() => Snapshot, { description: 'The snapshot it is measured on.' })
  snapshot: Snapshot;

  @Field(() => SplitEnum, { description: 'On which part of it.' })
  split: Split;

  @Field(() => Float, {
    nullable: true,
    description: 'Anomaly score its regions and overlays were cut at; null before it has completed.',
  })
  pixelThreshold: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Anomalous images without a pixel label: they count in the image metrics only. Null before it has completed, and where it was not counted.',
  })
  imagesWithoutMask: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Images whose bytes the model version, or one it continued from, was trained on: what it says of them tells little about new ones. Null where the training images are not here, as of an imported model.',
  })
  imagesTrainedOn: number | null;

  @Field(() => EvaluationMetrics, { nullable: true, description: 'The metrics; null before it has completed.' })
  metrics: EvaluationMetrics | null;

  @Field(() => [DefectTypeMetrics], { description: 'The metrics per kind of defect; empty before it has completed.' })
  byDefectType: DefectTypeMetrics[];

  @Field(() => [CurvePoint], {
    description: 'x false positive rate, y true positive rate, over pixels; empty before it has completed.',
  })
  rocCurve: CurvePoint[];

  @Field(() => [CurvePoint], { description: 'x recall, y precision, over pixels; empty before it has completed.' })
  precisionRecallCurve: CurvePoint[];

  @Field(() => [CurvePoint], {
    description: 'x false positive rate, y mean overlap with the regions; empty before it has completed.',
  })
  proCurve: CurvePoint[];
}

export const EvaluationConnection = connectionOf('Evaluation', () => Evaluation, 'evaluations');

@ObjectType({ description: 'Answer of `evaluateModel`.' })
export class EvaluateModelPayload extends Payload {
  @Field(() => Evaluation, { nullable: true, description: 'The evaluation; null when there are problems.' })
  evaluation?: object;
}
