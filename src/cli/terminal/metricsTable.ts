import type { Metrics } from '../../client/index.js';
import { textTable } from './table.js';

/** Metrics people compare, in the order of the literature, with the name each has in a table. */
export const shownMetrics: readonly { name: keyof Metrics; title: string }[] = [
  { name: 'imageAuroc', title: 'image AUROC' },
  { name: 'imageAp', title: 'image AP' },
  { name: 'imageF1Max', title: 'image F1-max' },
  { name: 'pixelAuroc', title: 'pixel AUROC' },
  { name: 'pixelAp', title: 'pixel AP' },
  { name: 'pixelF1Max', title: 'pixel F1-max' },
  { name: 'pro', title: 'PRO' },
];

/** One row per name; a metric that is not defined for it is a dash. */
export function metricsTable(rows: readonly { name: string; metrics: Metrics }[]): string {
  return textTable(
    ['', ...shownMetrics.map(({ title }) => title)],
    rows.map((row) => [row.name, ...shownMetrics.map(({ name }) => metricText(row.metrics[name]))]),
  );
}

/** Four decimals, as papers print them. */
export function metricText(value: number | null): string {
  return value === null ? '–' : value.toFixed(4);
}

/** What to say of an evaluation on images that were trained on; nothing when there are none, or it is not known. */
export function trainedOnRemark(imagesTrainedOn: number | null): string | undefined {
  if (!imagesTrainedOn) return undefined;
  const images = imagesTrainedOn === 1 ? '1 image' : `${imagesTrainedOn} images`;
  return `warning: the model was trained on ${images} of these; how well it does there tells little about new ones`;
}

/** What the pixel metrics leave out, in words; nothing where every defective image has a mask, or nobody counted. */
export function maskRemark(evaluation: { imagesWithoutMask: number | null; metrics: Metrics }): string | undefined {
  const { imagesWithoutMask: left, metrics } = evaluation;
  if (!left) return undefined;
  if (metrics.pixelAp === null) return `no pixel metrics: no defective image has a mask (${left})`;
  return `pixel metrics leave out ${left === 1 ? '1 defective image' : `${left} defective images`} without a mask`;
}
