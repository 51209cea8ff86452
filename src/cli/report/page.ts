import { maskRemark, metricText, shownMetrics } from '../terminal/metricsTable.js';
import { durationText, numberText } from '../terminal/jobProgress.js';
import { curvesSection } from './curvesSection.js';
import { html, trusted, type Html } from './html.js';
import type { GalleryItem, MarkedPicture, RegionMatch, Report, ReportRun } from './report.js';
import { styleSheet } from './style.js';
import { colourScaleGradient } from './thumbnails.js';

/** The report as one file: no script, nothing loaded from anywhere, and a policy that would forbid it. */
export function reportPage(report: Report): string {
  const { title } = report;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"
        />
        <title>${title} · Residua report</title>
        <style>
          ${trusted(styleSheet)}
        </style>
      </head>
      <body>
        <main>
          ${heading(report)}
          <h2>Metrics</h2>
          ${metricsSection(report)} ${report.runs.map((run, index) => defectTypesSection(report, run, index))}
          ${curvesSection(report.runs)}
          <h2>Configuration</h2>
          ${configurationSection(report)} ${report.runs.map((run, index) => gallerySection(report, run, index))}
          <footer>
            Made by Residua ${report.server.version} on ${report.createdAt.toISOString().slice(0, 16).replace('T', ' ')}
            UTC. Everything on this page is in this file.
          </footer>
        </main>
      </body>
    </html> `.markup;
}

function heading({ title, dataset }: Report): Html {
  return html`<h1>${title}</h1>
    <p class="quiet">
      Anomaly detection on <b>${dataset.name}</b>: trained on ${trainedOn(dataset)} images, measured on
      ${dataset.normal} normal and ${dataset.anomalous} defective ones.
      ${dataset.excluded.length > 0 && html`Left out: ${dataset.excluded.join(', ')}.`}
    </p>`;
}

function trainedOn({ train, trainAnomalous }: Report['dataset']): string {
  if (trainAnomalous === null) return String(train);
  const normal = `${train - trainAnomalous} normal`;
  return trainAnomalous > 0 ? `${normal} and ${trainAnomalous} defective` : normal;
}

function metricsSection({ runs }: Report): Html {
  const remarks = [...new Set(runs.flatMap((run) => maskRemark(run) ?? []))];
  return html`<div class="card scroll">
      <table>
        <thead>
          <tr>
            <th>Detector</th>
            ${shownMetrics.map(({ title }) => html`<th>${title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${runs.map(
            (run, index) =>
              html`<tr>
                <th scope="row">${dot(index)}${run.name}</th>
                ${shownMetrics.map(({ name }) => html`<td${isBest(runs, run, name) && trusted(' class="best"')}>${metricText(run.metrics[name])}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="quiet small">
      PRO is integrated up to a false positive rate of ${runs[0]?.metrics.proFprLimit ?? 0.3}. Pixel metrics are
      measured at the size of each ground truth.${runs.length > 1 && ' The best value of each column is set off.'}
      ${remarks.map((remark) => html`<b>${capitalised(remark)}.</b> `)}
    </p>`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function isBest(runs: readonly ReportRun[], run: ReportRun, name: keyof ReportRun['metrics']): boolean {
  const value = run.metrics[name];
  return runs.length > 1 && value !== null && runs.every((other) => (other.metrics[name] ?? -1) <= value);
}

function defectTypesSection({ runs }: Report, run: ReportRun, index: number): Html {
  return html`<h3>By defect type${runs.length > 1 && html`: ${dot(index)}${run.name}`}</h3>
    <p class="quiet small">Each type against the normal test images.</p>
    <div class="card scroll">
      <table>
        <thead>
          <tr>
            <th>Defect type</th>
            <th>images</th>
            ${shownMetrics.map(({ title }) => html`<th>${title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${run.byDefectType.map(
            ({ defectType, images, metrics }) =>
              html`<tr>
                <th scope="row">${defectType}</th>
                <td>${images}</td>
                ${shownMetrics.map(({ name }) => html`<td>${metricText(metrics[name])}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function configurationSection({ runs }: Report): Html {
  return html`<div class="grid">
    ${runs.map(
      (run, index) =>
        html`<div class="card">
          <h3 style="margin-top:0">${dot(index)}${run.name}</h3>
          ${definitions([
            ...run.configuration,
            ...run.seconds.map(([name, seconds]) => [name, durationText(seconds)] as const),
            ...(run.peakRssBytes ? [['peak memory', memoryText(run.peakRssBytes)] as const] : []),
          ])}
          <details>
            <summary>All settings</summary>
            ${definitions(run.settings)}
          </details>
        </div>`,
    )}
  </div>`;
}

function definitions(rows: readonly (readonly [string, string])[]): Html {
  return html`<dl>
    ${rows.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

function gallerySection({ runs }: Report, run: ReportRun, index: number): Html {
  return html`<h2>Pictures${runs.length > 1 && html`: ${dot(index)}${run.name}`}</h2>
    <p class="quiet small">
      Scores rise <span class="scale" style="background:${trusted(colourScaleGradient)}"></span> from normal to
      anomalous; equal colours mean equal scores in all anomaly maps of this detector.
    </p>
    ${run.gallery.map(
      ({ title, explanation, items }) =>
        html`<h3>${title}</h3>
          <p class="quiet small">${explanation}</p>
          <div class="gallery">${items.map(galleryItem)}</div>`,
    )}`;
}

function galleryItem(item: GalleryItem): Html {
  const { image, groundTruth, anomalyMap, overlay } = item.pictures;
  const [verdict, good] = verdictOf(item);
  return html`<article class="card item">
    <header>
      <b>${item.filename}</b> <span class="quiet small">score ${numberText(item.anomalyScore)}</span
      ><span class="chip ${good ? 'good' : 'bad'}">${verdict}</span>
    </header>
    <div class="pictures">
      ${picture(image, 'image', item.filename)}
      ${
        groundTruth === undefined
          ? html`<figure>
              <div class="none">${item.defectType === null ? 'no defect' : 'no mask'}</div>
              <span>ground truth</span>
            </figure>`
          : picture(groundTruth, 'ground truth', item.filename)
      }
      ${picture(anomalyMap, 'anomaly map', item.filename)} ${picture(overlay, 'overlay', item.filename)}
    </div>
    ${item.explanation !== null && html`<p class="small explanation">${capitalised(item.explanation)}.</p>`}
    ${
      item.matches.length > 0 &&
      html`<div class="matches">
        <p class="small quiet">Why flagged: the most anomalous place of a region, and the normal patch most like it</p>
        ${item.matches.map(regionMatch)}
      </div>`
    }
  </article>`;
}

function regionMatch({ flagged, normal, filename, distance, score }: RegionMatch): Html {
  return html`<div class="match">
    ${marked(flagged, 'flagged place')} ${marked(normal, 'normal patch')}
    <div class="small">
      <b>distance ${numberText(distance)}</b> in feature space<br />region's score ${numberText(score)}
      <span class="quiet" title="${filename}">normal: ${filename}</span>
    </div>
  </div>`;
}

function marked({ uri, mark: { x, y, width, height } }: MarkedPicture, name: string): Html {
  const place = `left:${x}%;top:${y}%;width:${width}%;height:${height}%`;
  return html`<figure class="marked">
    <img src="${trusted(uri)}" alt="${name}" loading="lazy" /><i style="${place}"></i>
  </figure>`;
}

function picture(uri: string, name: string, filename: string): Html {
  return html`<figure>
    <img src="${trusted(uri)}" alt="${name} of ${filename}" loading="lazy" /><span>${name}</span>
  </figure>`;
}

function verdictOf({ defectType, isAnomalous }: GalleryItem): [string, boolean] {
  if (defectType === null) return isAnomalous ? ['false alarm', false] : ['passed as normal', true];
  return isAnomalous ? ['found', true] : ['missed', false];
}

function dot(index: number): Html {
  return html`<span class="dot" style="background:var(--run${index % 6})"></span>`;
}

function memoryText({ api, worker }: NonNullable<ReportRun['peakRssBytes']>): string {
  const text = (bytes: number | null) => (bytes === null ? 'unknown' : `${(bytes / 2 ** 20).toFixed(0)} MiB`);
  return `worker ${text(worker)}, API ${text(api)}`;
}
