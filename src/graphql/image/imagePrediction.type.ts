import { Field, Float, ObjectType } from 'type-graphql';
import { Region } from '../evaluation/evaluation.type.js';
import { Job } from '../job/job.type.js';
import { ModelVersion } from '../model/model.type.js';

@ObjectType({
  description: 'What a model version said about an image, as a prediction of a data set or an evaluation stored it.',
})
export class ImagePrediction {
  @Field(() => ModelVersion, { description: 'The version that said it.' })
  modelVersion: object;

  @Field(() => Job, { description: 'The prediction or evaluation that stored it.' })
  job: object;

  @Field(() => Float, { description: 'Highest value of the anomaly map; higher is more anomalous.' })
  anomalyScore: number;

  @Field(() => Boolean, {
    description:
      "Whether the image was called anomalous; of an evaluation, whether the score reaches its version's threshold now.",
  })
  isAnomalous: boolean;

  @Field(() => String, { description: 'Address of the anomaly map as a 16-bit grey PNG.' })
  anomalyMapUrl: string;

  @Field(() => Float, { description: "Anomaly score of the map's white, 65535; black is 0." })
  anomalyMapScale: number;

  @Field(() => String, { description: 'Address of the image with the map laid over it and its regions outlined.' })
  overlayUrl: string;

  @Field(() => [Region], { description: 'Anomalous areas, highest score first.' })
  regions: Region[];
}
