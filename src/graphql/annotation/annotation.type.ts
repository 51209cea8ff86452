import { Field, Float, InterfaceType, Int, ObjectType, registerEnumType } from 'type-graphql';
import {
  annotationKinds,
  annotationSources,
  blockLabels,
  nounOf,
  type AnnotationKind,
  type LabelTiming,
} from '../../services/records.js';
import { AnnotationReview } from '../annotation-review/annotationReview.type.js';
import { enumOf } from '../enumOf.js';
import { connectionOf } from '../connection/connection.type.js';
import { Image } from '../image/image.type.js';
import { LabelTimingEnum } from '../label-session/labelSession.type.js';
import { Principal } from '../member/member.type.js';
import { ModelVersion } from '../model/model.type.js';
import { Node } from '../node/node.type.js';
import { DateTime } from '../scalars.js';
import { Payload, UserError } from '../user-error/userError.type.js';

export const AnnotationKindEnum = enumOf(annotationKinds);
registerEnumType(AnnotationKindEnum, {
  name: 'AnnotationKind',
  description: 'How fine a label is.',
  valuesConfig: {
    PIXEL: { description: 'A mask: every pixel normal or anomalous.' },
    BLOCK: { description: 'A grid of square blocks, each with a label.' },
    BOX: { description: 'Rectangles around defects; inside them nothing is known.' },
  },
});

export const AnnotationSourceEnum = enumOf(annotationSources);
registerEnumType(AnnotationSourceEnum, {
  name: 'AnnotationSource',
  description: 'Where a label came from.',
  valuesConfig: {
    HUMAN: { description: 'Drawn by somebody through this API.' },
    IMPORTED: { description: 'Read with the data set.' },
    DERIVED: { description: 'Computed from a finer label.' },
    PREDICTED: { description: 'What a model marked, of a logged prediction: a draft that nobody has looked at.' },
  },
});

export const BlockLabelEnum = enumOf(blockLabels);
registerEnumType(BlockLabelEnum, {
  name: 'BlockLabel',
  description: 'What is known of a block.',
  valuesConfig: {
    NORMAL: { description: 'No defect: 0 of Eq. 14.' },
    ANOMALOUS: { description: 'A defect: 1 of Eq. 14.' },
    IGNORED: { description: 'No gradient: the empty set of Eq. 14.' },
    UNKNOWN: { description: '-1 of Eq. 15, used by MixMatch.' },
  },
});

@ObjectType({
  description: 'What a derived label was computed from, and with which settings; null where one has no part in it.',
})
export class AnnotationDerivation {
  @Field(() => Annotation, { description: 'The revision it was computed from.' })
  from: object;

  @Field(() => Int, { nullable: true, description: 'Pixels per block side.' })
  blockSize?: number;

  @Field(() => Float, { nullable: true, description: 'eps+ of Eq. 14, a share of the pixels of a block.' })
  anomalousThreshold?: number;

  @Field(() => Float, { nullable: true, description: 'eps- of Eq. 14, a share of the pixels of a block.' })
  normalThreshold?: number;

  @Field(() => Float, { nullable: true, description: 'upsilon of Eq. 15, a share of the pixels of a block.' })
  unknownThreshold?: number;
}

@ObjectType({ description: 'What a model suggested while a label was drawn.' })
export class AnnotationAssistance {
  @Field(() => ModelVersion, {
    nullable: true,
    description: 'The version whose map was shown; null when it was deleted.',
  })
  modelVersion?: object;

  @Field(() => Float, { description: 'Threshold at which regions were cut, in units of its pixel scores.' })
  threshold: number;

  @Field(() => Int, { description: 'Suggested regions that were taken.' })
  regionsAccepted: number;

  @Field(() => Int, { description: 'Suggested regions that were turned down.' })
  regionsRejected: number;

  @Field(() => Int, { description: 'Of those taken, how many were changed afterwards.' })
  regionsEdited: number;

  @Field(() => Float, { description: 'Seconds during which the suggestion was seen.' })
  shownSeconds: number;
}

@InterfaceType({
  implements: Node,
  description: 'One revision of one kind of label of an image. Revisions are never changed.',
  resolveType: (record: object) => nounOf(record),
})
export abstract class Annotation {
  @Field(() => Image, { description: 'The labelled image.' })
  image: Image;

  @Field(() => AnnotationKindEnum, { description: 'How fine the label is.' })
  kind: AnnotationKind;

  @Field(() => Int, { description: '1, 2, 3 … per image and kind.' })
  revision: number;

  @Field(() => AnnotationSourceEnum, { description: 'Where it came from.' })
  source: string;

  @Field(() => String, { nullable: true, description: 'Who drew it, as the client said; null when it said nothing.' })
  author: string | null;

  @Field(() => Principal, {
    nullable: true,
    description: 'Who sent it, as the server knows; null where nobody did, as for what was imported or derived.',
  })
  by: object | null;

  @Field(() => Float, { nullable: true, description: 'Seconds of active work; null when nobody measured.' })
  activeSeconds: number | null;

  @Field(() => LabelTimingEnum, { nullable: true, description: 'What is known of the seconds; null without any.' })
  timing: LabelTiming | null;

  @Field(() => Boolean, {
    description: 'Whether it says that the image has no label of this kind any more; it marks nothing then.',
  })
  removed: boolean;

  @Field(() => AnnotationAssistance, {
    nullable: true,
    description: 'What a model suggested while it was drawn; null when no suggestion was shown.',
  })
  assistance: object | null;

  @Field(() => [AnnotationReview], { description: 'What others said of it, newest first; the newest holds.' })
  reviews: object[];

  @Field(() => DateTime, { description: 'When this revision was stored.' })
  createdAt: Date;

  @Field(() => AnnotationDerivation, { nullable: true, description: 'How it was computed; null unless it is DERIVED.' })
  derivation: object | null;
}

export const AnnotationConnection = connectionOf('Annotation', () => Annotation, 'label revisions');

@ObjectType({ implements: [Node, Annotation], description: 'A mask: every pixel normal or anomalous.' })
export class PixelAnnotation extends Annotation {
  @Field(() => String, { description: "COCO compressed RLE of the image's size, column by column." })
  counts: string;

  @Field(() => String, {
    description: 'Address of the mask as an 8-bit PNG in grey tones: black normal, white anomalous.',
  })
  maskUrl: string;

  @Field(() => Int, { description: 'Pixels marked anomalous.' })
  anomalousPixels: number;
}

@ObjectType({ implements: [Node, Annotation], description: 'A grid of square blocks, each with a label.' })
export class BlockAnnotation extends Annotation {
  @Field(() => Int, { description: 'Pixels per block side.' })
  blockSize: number;

  @Field(() => Int, { description: 'Blocks from top to bottom.' })
  rows: number;

  @Field(() => Int, { description: 'Blocks from left to right.' })
  columns: number;

  @Field(() => [BlockLabelEnum], { description: 'Row by row from the top, left to right: rows times columns labels.' })
  labels: string[];
}

@ObjectType({ description: 'A rectangle in pixels; origin top-left; x, y is its top-left corner.' })
export class Box {
  @Field(() => Float, { description: 'Left edge, pixels from the left.' })
  x: number;

  @Field(() => Float, { description: 'Top edge, pixels from the top.' })
  y: number;

  @Field(() => Float, { description: 'Width in pixels of the image.' })
  width: number;

  @Field(() => Float, { description: 'Height in pixels of the image.' })
  height: number;

  @Field(() => String, { nullable: true, description: 'Kind of defect inside, when known.' })
  defectType?: string;
}

@ObjectType({ implements: [Node, Annotation], description: 'Rectangles around defects.' })
export class BoxAnnotation extends Annotation {
  @Field(() => [Box], { description: 'In the order they were given.' })
  boxes: Box[];
}

@ObjectType({ description: 'Bounds of a value.' })
export class Interval {
  @Field(() => Float, { description: 'Its lower bound.' })
  low: number;

  @Field(() => Float, { description: 'Its upper bound.' })
  high: number;
}

@ObjectType({ description: 'What one kind of label cost.' })
export class AnnotationCost {
  @Field(() => AnnotationKindEnum, { description: 'The kind of label whose cost this is.' })
  kind: AnnotationKind;

  @Field(() => Int, { description: 'Images that carry it.' })
  images: number;

  @Field(() => Int, { description: 'Images on which the time of every revision was measured, whoever drew it.' })
  measuredImages: number;

  @Field(() => Int, { description: 'Images whose newest revision was derived; nobody drew it, so it has no time.' })
  derivedImages: number;

  @Field(() => Float, {
    description:
      'Seconds of active work that were measured, all revisions, on images measured in part too; without implausible ones.',
  })
  activeSeconds: number;

  @Field(() => Float, { nullable: true, description: 'Mean over the measured images; null when there are none.' })
  secondsPerImage: number | null;

  @Field(() => Float, { nullable: true, description: 'Median over the measured images; null when there are none.' })
  medianSecondsPerImage: number | null;

  @Field(() => Interval, {
    nullable: true,
    description: '95 % interval of the mean, by a bootstrap over images; null below two measured images.',
  })
  secondsPerImageInterval: Interval | null;

  @Field(() => Float, { description: 'Of the active seconds, those of revisions that a suggestion was shown for.' })
  secondsWithSuggestion: number;

  @Field(() => Float, { description: 'Of the active seconds, those of revisions without a suggestion.' })
  secondsWithoutSuggestion: number;

  @Field(() => Float, { description: 'Seconds that do not fit the clock of the database; counted nowhere else.' })
  implausibleSeconds: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'Seconds of sessions that were given up or expired; null for model versions, where they are not counted.',
  })
  lostSeconds: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Seconds in which labels were judged; null for model versions, where they are not counted.',
  })
  reviewSeconds: number | null;
}

@ObjectType({ description: 'Answer of the mutations that save a label.' })
export class SaveAnnotationPayload extends Payload {
  @Field(() => Annotation, { nullable: true, description: 'The new revision; null when there are problems.' })
  annotation?: object;

  @Field(() => Annotation, {
    nullable: true,
    description: 'The newest revision of the kind now: after a CONFLICT the one to merge with.',
  })
  current?: object;

  @Field(() => [UserError], { description: 'What its author should look at; it was stored all the same.' })
  warnings: object[];
}

@ObjectType({ description: 'Answer of `saveBoxAnnotations`.' })
export class SaveAnnotationsPayload extends Payload {
  @Field(() => Int, { description: 'Images with a new revision; 0 when there are problems.' })
  saved: number;

  @Field(() => [UserError], { description: 'What their author should look at; they were stored all the same.' })
  warnings: object[];
}

@ObjectType({ description: 'Answer of `deriveAnnotations`. Images without a label to derive from are not counted.' })
export class DeriveAnnotationsPayload extends Payload {
  @Field(() => Int, { description: 'Images with a new revision.' })
  derived: number;

  @Field(() => Int, {
    description: 'Images that had the same already: derived from the same revision with the same settings.',
  })
  unchanged: number;

  @Field(() => Int, {
    description: 'Images left alone: their newest label was drawn or imported, or the derived one would break a limit.',
  })
  skipped: number;

  @Field(() => [UserError], { description: 'At most 100 images to look at, e.g. a defect too small for every block.' })
  warnings: object[];
}
