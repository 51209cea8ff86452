import { ArgsType, Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { ImageLabel, Split } from '../../services/records.js';
import { snapshotChanges, type SnapshotChange } from '../../services/snapshot-diffs.service.js';
import { Annotation, AnnotationKindEnum } from '../annotation/annotation.type.js';
import { connectionOf, PageArgs } from '../connection/connection.type.js';
import { enumOf } from '../enumOf.js';
import { Image, ImageLabelEnum, SplitEnum } from '../image/image.type.js';
import { Snapshot } from './snapshot.type.js';

export const SnapshotChangeEnum = enumOf(snapshotChanges);
registerEnumType(SnapshotChangeEnum, {
  name: 'SnapshotChange',
  description: 'How an item differs between two snapshots.',
  valuesConfig: {
    ADDED: { description: 'Only the second has it.' },
    REMOVED: { description: 'Only the first has it.' },
    CHANGED: { description: 'Both have it, with another content.' },
  },
});

@ArgsType()
export class ChangesArgs extends PageArgs {
  @Field(() => SnapshotChangeEnum, { nullable: true, description: 'Only this kind of change; all when left out.' })
  change?: SnapshotChange | null;
}

@ObjectType({ description: 'Numbers of items that differ between two snapshots.' })
export class ChangeCounts {
  @Field(() => Int, { description: 'Only the second has them.' })
  added: number;

  @Field(() => Int, { description: 'Only the first has them.' })
  removed: number;

  @Field(() => Int, { description: 'Both have them, with another content.' })
  changed: number;
}

@ObjectType({ description: 'An image as a snapshot holds it; `image` is how it is now.' })
export class FrozenImage {
  @Field(() => Image, { description: 'The image itself.' })
  image: Image;

  @Field(() => SplitEnum, { description: 'What it was used for.' })
  split: Split;

  @Field(() => ImageLabelEnum, { description: 'What was known of it.' })
  label: ImageLabel;

  @Field(() => String, { nullable: true, description: 'Its kind of defect; null when normal or not known.' })
  defectType: string | null;
}

@ObjectType({ description: 'An image whose bytes, split, label or defect type differ.' })
export class ImageChange {
  @Field(() => SnapshotChangeEnum, { description: 'How it differs.' })
  change: SnapshotChange;

  @Field(() => String, { description: 'Its name in the data set, by which images are compared.' })
  filename: string;

  @Field(() => FrozenImage, { nullable: true, description: 'In the first snapshot; null when it was added.' })
  before: FrozenImage | null;

  @Field(() => FrozenImage, { nullable: true, description: 'In the second snapshot; null when it was removed.' })
  after: FrozenImage | null;
}

@ObjectType({ description: 'An annotation that differs. Those of added and removed images count too.' })
export class AnnotationChange {
  @Field(() => SnapshotChangeEnum, { description: 'How it differs.' })
  change: SnapshotChange;

  @Field(() => String, { description: "The image's name in the data set." })
  filename: string;

  @Field(() => AnnotationKindEnum, { description: 'How fine the label is.' })
  kind: string;

  @Field(() => Annotation, {
    nullable: true,
    description: 'The revision in the first snapshot; null when it was added.',
  })
  before: Annotation | null;

  @Field(() => Annotation, { nullable: true, description: 'The revision in the second one; null when it was removed.' })
  after: Annotation | null;
}

export const ImageChangeConnection = connectionOf('ImageChange', () => ImageChange, 'changes of images');
export const AnnotationChangeConnection = connectionOf(
  'AnnotationChange',
  () => AnnotationChange,
  'changes of annotations',
);

@ObjectType({ description: 'What two snapshots differ in, from the first to the second, by content.' })
export class SnapshotDiff {
  @Field(() => Snapshot, { description: 'The snapshot that differences are told from.' })
  a: Snapshot;

  @Field(() => Snapshot, { description: 'The snapshot that differences are told to.' })
  b: Snapshot;

  @Field(() => Boolean, { description: 'Whether they hold the same: their digests are equal.' })
  identical: boolean;

  @Field(() => ChangeCounts, { description: 'How many images differ.' })
  imageCounts: ChangeCounts;

  @Field(() => ChangeCounts, { description: 'How many annotations differ.' })
  annotationCounts: ChangeCounts;
}
