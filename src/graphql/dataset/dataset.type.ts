import { Field, ID, Int, ObjectType } from 'type-graphql';
import { AnnotationCost } from '../annotation/annotation.type.js';
import { connectionOf } from '../connection/connection.type.js';
import { Node } from '../node/node.type.js';
import { Project } from '../project/project.type.js';
import { DateTime } from '../scalars.js';
import { Payload } from '../user-error/userError.type.js';

@ObjectType({ description: 'Numbers of images.' })
export class DatasetCounts {
  @Field(() => Int, { description: 'All images, whatever their split and label.' })
  images: number;

  @Field(() => Int, { description: 'Images labelled NORMAL.' })
  normal: number;

  @Field(() => Int, { description: 'Images labelled ANOMALOUS.' })
  anomalous: number;

  @Field(() => Int, { description: 'Images without a label.' })
  unlabelled: number;

  @Field(() => Int, { description: 'Images in TRAIN.' })
  train: number;

  @Field(() => Int, { description: 'Images in VALIDATION.' })
  validation: number;

  @Field(() => Int, { description: 'Images in TEST.' })
  test: number;
}

@ObjectType({ implements: Node, description: 'Images of one kind of surface, with their labels.' })
export class Dataset {
  @Field(() => String, { description: 'Unique in its project.' })
  name: string;

  @Field(() => Project, { description: 'The project it belongs to.' })
  project: Project;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date;

  @Field(() => DatasetCounts, { description: 'Numbers of its images now.' })
  counts: DatasetCounts;

  @Field(() => [AnnotationCost], { description: 'What its labels cost so far, per kind.' })
  annotationBudget: AnnotationCost[];
}

export const DatasetConnection = connectionOf('Dataset', () => Dataset, 'data sets');

@ObjectType({ description: 'Answer of `createDataset`.' })
export class CreateDatasetPayload extends Payload {
  @Field(() => Dataset, { nullable: true, description: 'The new data set; null when there are problems.' })
  dataset?: object;
}

@ObjectType({ description: 'Answer of `deleteDataset`.' })
export class DeleteDatasetPayload extends Payload {
  @Field(() => ID, { nullable: true, description: 'The id that is gone; null when there are problems.' })
  deletedId?: string;
}
