import { Field, Float, ObjectType } from 'type-graphql';
import { Region } from '../evaluation/evaluation.type.js';
import { Payload } from '../user-error/userError.type.js';

@ObjectType({ description: 'What a model version says about one image.' })
export class Prediction {
  @Field(() => Float, { description: 'Highest value of the anomaly map; higher is more anomalous.' })
  anomalyScore: number;

  @Field(() => Boolean, { description: "Whether the score reaches the model version's image threshold." })
  isAnomalous: boolean;

  @Field(() => String, { description: 'Address of the anomaly map as a 16-bit grey PNG.' })
  anomalyMapUrl: string;

  @Field(() => Float, { description: "Anomaly score of the map's white, 65535; black is 0." })
  anomalyMapScale: number;

  @Field(() => String, { description: 'Address of the image with the map laid over it, PNG.' })
  overlayUrl: string;

  @Field(() => [Region], { description: 'Anomalous areas, highest score first.' })
  regions: Region[];

  @Field(() => Float, { description: 'Seconds the prediction took in the worker, reading the image included.' })
  seconds: number;
}

@ObjectType({ description: 'Answer of `predict`.' })
export class PredictPayload extends Payload {
  @Field(() => Prediction, { nullable: true, description: 'The prediction; null when there are problems.' })
  prediction?: object;
}
