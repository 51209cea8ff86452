import { Field, Float, ObjectType } from 'type-graphql';
import { Region } from '../evaluation/evaluation.type.js';
import { Payload } from '../user-error/userError.type.js';

@ObjectType({ description: 'What a model version says about one image.' })
export class Prediction {
  @Field(() => Float, { description: 'Highest value of the anomaly map; higher is more anomalous.' })
  anomalyScore: number;

  @Field(() => Boolean, { description: "Whether the score reaches the model version's image threshold." })
  isAnomalous: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      'Address of the anomaly map as a 16-bit grey PNG: of the proportions of the upright image, of a million pixels at most. It and the overlay are kept for a day, see docs/operations.md; null when they were not to be kept.',
  })
  anomalyMapUrl: string | null;

  @Field(() => Float, {
    nullable: true,
    description: "Anomaly score of the map's white, 65535; black is 0. Null without a map.",
  })
  anomalyMapScale: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Address of the image with the map laid over it and its regions outlined, PNG of the size of the map; null when pictures were not to be kept.',
  })
  overlayUrl: string | null;

  @Field(() => [Region], { description: 'Anomalous areas, highest score first.' })
  regions: Region[];

  @Field(() => String, {
    nullable: true,
    description:
      'Why the image is normal although areas were marked, or anomalous although none was; null when both say the same.',
  })
  explanation: string | null;

  @Field(() => [String], {
    description:
      'What to know about the answer, e.g. that the image uses other bits a sample than those of the training.',
  })
  warnings: string[];

  @Field(() => Float, { description: 'Seconds the prediction took in the worker, reading the image included.' })
  seconds: number;
}

@ObjectType({ description: 'Answer of `predict`.' })
export class PredictPayload extends Payload {
  @Field(() => Prediction, { nullable: true, description: 'The prediction; null when there are problems.' })
  prediction?: object;
}
