import type { AnnotationKind, Supervision, TrainingChoicesQuery } from '../../../src/client/index.js';
import type { Words } from '../../words/en.js';
import type { Formats } from '../../words/formats.js';

/** A data set's numbers as {@link TrainingChoicesQuery} gives them. */
export type Trainable = Extract<NonNullable<TrainingChoicesQuery['node']>, { id: string }>;

/** What a training may read, offered where there is something to read. */
export interface LabelChoice {
  key: string;
  supervision: Supervision;
  labels?: AnnotationKind;
  text: string;
  /** Defective training images that have it. */
  images: number;
  /** Defective images that have it and are to test or to validate. */
  elsewhere: number;
}

/** By what labels the training images have, the most telling last. */
export function labelChoicesOf(
  { boxes, blocks, masks, allBoxes, allBlocks, allMasks, annotationBudget }: Trainable,
  { train, names }: Words,
  { duration }: Formats,
): LabelChoice[] {
  const cost = (kind: AnnotationKind) => {
    const { activeSeconds = 0 } = annotationBudget.find((each) => each.kind === kind) ?? {};
    return activeSeconds > 0 ? train.ofWork(duration(activeSeconds)) : '';
  };
  const local = (
    supervision: Supervision,
    labels: AnnotationKind,
    { totalCount: images }: { totalCount: number },
    { totalCount: all }: { totalCount: number },
  ): LabelChoice => ({
    ...{ key: labels, supervision, labels, images, elsewhere: all - images },
    text: train.toTrainWith(names.marks[labels], images) + cost(labels),
  });
  return [
    { key: 'NONE', supervision: 'UNSUPERVISED', text: train.goodAlone, images: Infinity, elsewhere: 0 },
    local('SEMI_SUPERVISED', 'BOX', boxes, allBoxes),
    local('SUPERVISED', 'BLOCK', blocks, allBlocks),
    local('SUPERVISED', 'PIXEL', masks, allMasks),
  ];
}
