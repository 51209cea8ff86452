import type { AnnotationKind, Supervision, TrainingChoicesQuery } from '../../../src/client/index.js';
import { count, duration } from '../../parts/numbers.js';

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
}

/** By what labels the training images have, the most telling last. */
export function labelChoicesOf({ boxes, blocks, masks, annotationBudget }: Trainable): LabelChoice[] {
  const cost = (kind: AnnotationKind) => {
    const { activeSeconds = 0 } = annotationBudget.find((each) => each.kind === kind) ?? {};
    return activeSeconds > 0 ? `, ${duration(activeSeconds)} of work` : '';
  };
  const local = (
    supervision: Supervision,
    labels: AnnotationKind,
    name: string,
    { totalCount: images }: { totalCount: number },
  ): LabelChoice => ({
    ...{ key: labels, supervision, labels, images },
    text: `${name}: ${count(images, 'defective image')} to train with${cost(labels)}`,
  });
  return [
    { key: 'NONE', supervision: 'UNSUPERVISED', text: 'good parts alone', images: Infinity },
    local('SEMI_SUPERVISED', 'BOX', 'boxes', boxes),
    local('SUPERVISED', 'BLOCK', 'blocks', blocks),
    local('SUPERVISED', 'PIXEL', 'masks', masks),
  ];
}
