import { metricText } from '../terminal/metricsTable.js';
import type { CurvePoint } from '../../client/index.js';
import { chartSvg, smoothed, type Chart, type ChartLine } from './charts.js';
import { html, type Html } from './html.js';
import type { ReportRun } from './report.js';

/** ROC, precision-recall and PRO of every run in one chart each, and the course of the loss; nothing where there are none. */
export function curvesSection(runs: readonly ReportRun[]): Html {
  const charts = [rocChart(runs), precisionRecallChart(runs), proChart(runs), lossChart(runs)].filter(({ chart }) =>
    chart.lines.some(({ points }) => points.length > 0),
  );
  const names = runs.map(
    (run, index) => html`<span><span class="dot" style="background:var(--run${index % 6})"></span>${run.name}</span>`,
  );
  if (charts.length === 0) return html``;
  return html`<h2>Curves</h2>
    ${runs.length > 1 && html`<div class="legend">${names}</div>`}
    <div class="grid ${charts.length === 4 ? 'charts' : ''}">
      ${charts.map(
        ({ title, note, chart }) =>
          html`<figure class="card">
            <figcaption>${title}</figcaption>
            ${chartSvg(chart)}
            <p class="quiet small">${note}</p>
          </figure>`,
      )}
    </div>`;
}

interface TitledChart {
  title: string;
  note: string;
  chart: Chart;
}

function rocChart(runs: readonly ReportRun[]): TitledChart {
  return {
    title: 'ROC, pixels',
    note: `Area: ${areas(runs, 'pixelAuroc')}. The dashed line is chance.`,
    chart: {
      label: 'ROC curve over pixels',
      x: { name: 'false positive rate', max: 1 },
      y: { name: 'true positive rate', max: 1 },
      reference: [
        [0, 0],
        [1, 1],
      ],
      lines: linesOf(runs, ({ curves }) => curves.roc),
    },
  };
}

function precisionRecallChart(runs: readonly ReportRun[]): TitledChart {
  return {
    title: 'Precision and recall, pixels',
    note: `Average precision: ${areas(runs, 'pixelAp')}.`,
    chart: {
      label: 'precision-recall curve over pixels',
      x: { name: 'recall', max: 1 },
      y: { name: 'precision', max: 1 },
      lines: linesOf(runs, ({ curves }) => curves.precisionRecall),
    },
  };
}

function proChart(runs: readonly ReportRun[]): TitledChart {
  const limit = runs[0]?.metrics.proFprLimit ?? 0.3;
  return {
    title: 'Per-region overlap (PRO)',
    note: `Normalised area up to a false positive rate of ${limit}: ${areas(runs, 'pro')}.`,
    chart: {
      label: 'per-region overlap curve',
      x: { name: 'false positive rate', max: limit },
      y: { name: 'mean overlap of regions', max: 1 },
      lines: linesOf(runs, ({ curves }) => curves.pro),
    },
  };
}

function lossChart(runs: readonly ReportRun[]): TitledChart {
  const lines = runs.flatMap((run, index): ChartLine[] => {
    const colour = index % 6;
    return stageCurves(run.loss).flatMap((points) => [
      { colour, points, faint: true },
      { colour, points: smoothed(points, Math.max(1, Math.round(points.length / 40))) },
    ]);
  });
  const without = runs.filter(({ loss }) => loss.length < 2).map(({ name }) => name);
  return {
    title: 'Training loss',
    note: `Pale: each step. Strong: mean over neighbouring steps. A training before the training comes first, as a line of its own.${without.length > 0 ? ` ${without.join(', ')}: trained without a loss.` : ''}`,
    chart: { label: 'training loss by step', x: { name: 'step' }, y: { name: 'loss' }, lines },
  };
}

/** One curve for each stage of a training, each after the one before. */
export function stageCurves(loss: ReportRun['loss']): (readonly [number, number])[][] {
  let end = 0;
  return [...new Set(loss.map(({ stage }) => stage))]
    .map((name) => {
      const start = end;
      const points = loss.filter(({ stage }) => stage === name);
      end += points.at(-1)!.step;
      return points.map(({ step, value }) => [start + step, value] as const);
    })
    .filter((points) => points.length > 1);
}

function linesOf(runs: readonly ReportRun[], curve: (run: ReportRun) => readonly CurvePoint[]): ChartLine[] {
  return runs.map((run, index) => ({ colour: index % 6, points: curve(run).map(({ x, y }) => [x, y] as const) }));
}

function areas(runs: readonly ReportRun[], name: 'pixelAuroc' | 'pixelAp' | 'pro'): string {
  return runs.map((run) => `${runs.length > 1 ? `${run.name} ` : ''}${metricText(run.metrics[name])}`).join(', ');
}
