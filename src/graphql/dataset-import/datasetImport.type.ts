import { Field, Int, ObjectType } from 'type-graphql';
import { AnnotationKindEnum } from '../annotation/annotation.type.js';
import { Dataset, DatasetCounts } from '../dataset/dataset.type.js';
import { Job } from '../job/job.type.js';
import { ProblemPolicyEnum, type ProblemPolicy } from './datasetImport.input.js';
import { Node } from '../node/node.type.js';
import { Payload, UserError } from '../user-error/userError.type.js';

@ObjectType({ description: 'A layout that `importDataset` reads.' })
export class ImportFormat {
  @Field(() => String, { name: 'name', description: 'What `ImportDatasetInput.format` names it by.' })
  id: string;

  @Field(() => String, { description: 'What it looks like on disk, in a few words.' })
  description: string;
}

@ObjectType({ description: 'How many images get an annotation of one kind.' })
export class ImportedAnnotations {
  @Field(() => AnnotationKindEnum, { description: 'The kind of annotation.' })
  kind: string;

  @Field(() => Int, { description: 'Images that get one.' })
  images: number;
}

@ObjectType({ description: 'How many images show one type of defect.' })
export class ImportedDefectType {
  @Field(() => String, { description: 'Name of the type of defect.' })
  defectType: string;

  @Field(() => Int, { description: 'Images that show it.' })
  images: number;
}

@ObjectType({ description: 'Files of the source that an import did not use, for one reason.' })
export class LeftOutFiles {
  @Field(() => String, { description: 'Why, in a few words.' })
  reason: string;

  @Field(() => Int, { description: 'How many there are.' })
  files: number;

  @Field(() => [String], { description: 'Paths of some of them in the source.' })
  examples: string[];
}

@ObjectType({ description: 'What an import stored, or would store. Rejected items are not counted.' })
export class ImportSummary {
  @Field(() => DatasetCounts, { description: 'Images by label and split.' })
  counts: DatasetCounts;

  @Field(() => [ImportedAnnotations], { description: 'Annotations by kind.' })
  annotations: ImportedAnnotations[];

  @Field(() => [ImportedDefectType], { description: 'Anomalous images by defect type, sorted by name.' })
  defectTypes: ImportedDefectType[];

  @Field(() => [String], { description: 'Folders and classes that were taken for what has no defect, sorted.' })
  normalNames: string[];

  @Field(() => Int, {
    nullable: true,
    description: 'Images that the data set has already, under `SKIP` and `UPDATE`; null otherwise.',
  })
  existing?: number | null;

  @Field(() => [LeftOutFiles], { description: 'Files of the source that were not used, by reason.' })
  leftOut: LeftOutFiles[];
}

@ObjectType({
  implements: [Node, Job],
  description: 'Reading images and labels from a folder or an archive into a data set.',
})
export class DatasetImport extends Job {
  @Field(() => Dataset, { description: 'The data set that receives them.' })
  dataset: Dataset;

  @Field(() => String, { description: 'Layout of the source, e.g. `mvtec`.' })
  format: string;

  @Field(() => Boolean, { description: 'Whether everything is only checked and nothing stored.' })
  dryRun: boolean;

  @Field(() => Int, { description: 'Images stored, or that would be in a dry run.' })
  imagesImported: number;

  @Field(() => Int, { description: 'Annotations stored, or that would be in a dry run.' })
  annotationsImported: number;

  @Field(() => ImportSummary, {
    nullable: true,
    description:
      'What it makes, by kind; the good items alone when there are problems. Null until everything was read.',
  })
  summary?: ImportSummary | null;

  @Field(() => [UserError], { description: 'At most 100 of them.' })
  problems: UserError[];

  @Field(() => Int, { description: 'How many problems there are in all.' })
  totalProblems: number;

  @Field(() => ProblemPolicyEnum, { description: 'What becomes of the import when single items are wrong.' })
  onProblem: ProblemPolicy;

  @Field(() => [UserError], { description: 'What was wrong with items that were left out under `SKIP`; at most 100.' })
  skipped: UserError[];

  @Field(() => Int, { description: 'How many of these problems there are in all.' })
  totalSkipped: number;

  @Field(() => [UserError], {
    description: 'What is probably not meant, and was imported all the same; the most general first, at most 100.',
  })
  warnings: UserError[];

  @Field(() => Int, { description: 'How many warnings there are in all.' })
  totalWarnings: number;
}

@ObjectType({ description: 'Answer of `importDataset`.' })
export class ImportDatasetPayload extends Payload {
  @Field(() => DatasetImport, {
    name: 'import',
    nullable: true,
    description: 'The import; null when there are problems.',
  })
  import?: object;
}
