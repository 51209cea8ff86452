import { Field, Float, InterfaceType, Int, ObjectType, registerEnumType } from 'type-graphql';
import {
  annotationKinds,
  annotationSources,
  blockLabels,
  nounOf,
  type AnnotationKind,
} from '../../services/records.js';
import { enumOf } from '../enumOf.js';
import { connectionOf } from '../connection/connection.type.js';
import { Image } from '../image/image.type.js';
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

  @Field(() => String, { nullable: true, description: 'Who drew it; null when nobody said.' })
  author: string | null;

  @Field(() => Float, { nullable: true, description: 'Seconds of active work; null when nobody measured.' })
  activeSeconds: number | null;

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
    description: 'Seconds of active work that were measured, all revisions, on images measured in part too.',
  })
  activeSeconds: number;

  @Field(() => Float, { nullable: true, description: 'Mean over the measured images; null when there are none.' })
  secondsPerImage: number | null;
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
