import type { DatasetStepsQuery } from '../../../src/client/index.js';
import type { Words } from '../../words/en.js';
import type { Formats } from '../../words/formats.js';

/** What a data set has, as {@link DatasetStepsQuery} counts it. */
export type Counted = Extract<NonNullable<DatasetStepsQuery['node']>, { id: string }>;

/** What there is behind the labels. */
export interface Reached {
  runs: number;
  versions: number;
  measured: number;
  champions: number;
}

/** One of the five, from images to a version in use. */
export interface Step {
  title: string;
  state: string;
  isDone: boolean;
  /** What to do, and where. */
  action: string;
  screen: string;
}

/** From images to a version in use, in their order. */
export function stepsOf(
  { counts, annotationBudget }: Counted,
  { runs, versions, measured, champions }: Reached,
  { start, names }: Words,
  { duration }: Formats,
): Step[] {
  const labels = annotationBudget.filter(({ images }) => images > 0);
  const cost = labels.map(
    ({ kind, images, activeSeconds }) =>
      start.marked(images, names.withMarks[kind]) + (activeSeconds > 0 ? ` (${duration(activeSeconds)})` : ''),
  );
  return [
    {
      title: start.images,
      state: start.imagesState(counts.images, counts.train, counts.validation, counts.test),
      isDone: counts.images > 0,
      ...{ action: start.addImages, screen: 'images' },
    },
    {
      title: start.labels,
      state:
        start.labelsState(counts.normal, counts.anomalous, counts.unlabelled) +
        (cost.length > 0 ? `; ${cost.join(', ')}` : ''),
      isDone: counts.images > 0 && counts.unlabelled === 0 && (counts.anomalous === 0 || labels.length > 0),
      ...{ action: start.label, screen: 'label' },
    },
    {
      title: start.training,
      state: start.trainingState(runs, versions),
      isDone: versions > 0,
      ...{ action: start.train, screen: 'train' },
    },
    {
      title: start.results,
      state: start.resultsState(measured),
      isDone: measured > 0,
      ...{ action: start.look, screen: 'results' },
    },
    {
      title: start.inUse,
      state: champions > 0 ? start.champion : start.noChampion,
      isDone: champions > 0,
      ...(champions > 0 ? { action: start.tryImage, screen: 'predict' } : { action: start.choose, screen: 'results' }),
    },
  ];
}
