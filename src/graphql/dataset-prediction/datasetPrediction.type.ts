import { Field, Float, ObjectType, registerEnumType } from 'type-graphql';
import type { ImageLabel, Split } from '../../services/records.js';
import { connectionOf } from '../connection/connection.type.js';
import { enumOf } from '../enumOf.js';
import { Region } from '../evaluation/evaluation.type.js';
import { Image, ImageLabelEnum, SplitEnum } from '../image/image.type.js';
import { Job } from '../job/job.type.js';
import { ModelVersion } from '../model/model.type.js';
import { Node } from '../node/node.type.js';
import { Snapshot } from '../snapshot/snapshot.type.js';
import { Payload } from '../user-error/userError.type.js';

export const PredictedImageOrderEnum = enumOf(['SCORE_DESC', 'FILENAME']);
registerEnumType(PredictedImageOrderEnum, {
  name: 'PredictedImageOrder',
  description: 'Order of predicted images.',
  valuesConfig: {
    SCORE_DESC: { description: 'Highest anomaly score first.' },
    FILENAME: { description: 'In the order of filenames.' },
  },
});

@ObjectType({ description: 'What a model version said about one image of many.' })
export class PredictedImage {
  @Field(() => Image, { description: 'The image that was judged.' })
  image: Image;

  @Field(() => Float, { description: 'Highest value of the anomaly map; higher is more anomalous.' })
  anomalyScore: number;

  @Field(() => Boolean, { description: "Whether the score reached the prediction's `imageThreshold`." })
  isAnomalous: boolean;

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
    description: "Anomalous areas, highest score first, cut at the prediction's `pixelThreshold`.",
  })
  regions: Region[];
}

export const PredictedImageConnection = connectionOf('PredictedImage', () => PredictedImage, 'predicted images');

@ObjectType({
  implements: [Node, Job],
  description: 'A model version asked about many images. Answers are kept as they were given.',
})
export class DatasetPrediction extends Job {
  @Field(() => ModelVersion, { description: 'The version that judges.' })
  modelVersion: object;

  @Field(() => Snapshot, { description: 'The snapshot whose images are judged.' })
  snapshot: Snapshot;

  @Field(() => SplitEnum, { nullable: true, description: 'About which part of it; null for all.' })
  split: Split | null;

  @Field(() => ImageLabelEnum, { nullable: true, description: 'About images with which label; null for all.' })
  label: ImageLabel | null;

  @Field(() => Float, {
    nullable: true,
    description:
      "Anomaly score at which an image counted as anomalous, the version's then; null before it has completed.",
  })
  imageThreshold: number | null;

  @Field(() => Float, {
    nullable: true,
    description: "Anomaly score regions were cut at, the version's then; null before it has completed.",
  })
  pixelThreshold: number | null;
}

@ObjectType({ description: 'Answer of `predictDataset`.' })
export class PredictDatasetPayload extends Payload {
  @Field(() => DatasetPrediction, { nullable: true, description: 'The prediction; null when there are problems.' })
  prediction?: object;
}
