import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { EvaluatedImage } from '../../../src/client/index.js';
import { chartSvg, smoothed, thinned } from '../../../src/cli/report/charts.js';
import { pickExtremes } from '../../../src/cli/report/gallery.js';
import { html } from '../../../src/cli/report/html.js';
import { stageCurves } from '../../../src/cli/report/curvesSection.js';
import { reportPage } from '../../../src/cli/report/page.js';
import type { Report } from '../../../src/cli/report/report.js';
import {
  anomalyMapUri,
  commonRange,
  maskUri,
  photographUri,
  readAnomalyMap,
  thumbnailSize,
} from '../../../src/cli/report/thumbnails.js';
import { encodeGrey16Png } from '../../../src/files/index.js';

const metrics = {
  pixelAuroc: 0.9712,
  pixelAp: 0.55,
  pro: null,
  proFprLimit: 0.3,
  pixelF1Max: 0.5,
  pixelF1MaxThreshold: 0.1,
  imageAuroc: 0.9,
  imageAp: 0.9,
  imageF1Max: 0.9,
  imageF1MaxThreshold: 0.1,
};
const pictures = { image: 'data:,', groundTruth: undefined, anomalyMap: 'data:,', overlay: 'data:,' };
const piece = { uri: 'data:,', mark: { x: 40, y: 30, width: 20, height: 20 } };
const nasty = '<img src=x onerror=alert(1)>"\u202e';
const matches = [{ score: 1.25, distance: 3.5, filename: nasty, flagged: piece, normal: piece }];
const judged = { isAnomalous: false, explanation: 'normal because <b> is low' };
const report: Report = {
  title: nasty,
  createdAt: new Date('2026-01-02T03:04:05Z'),
  server: { version: '0.1.0', pluginApiVersion: 1, computeBackend: 'onnxruntime', database: 'PostgreSQL' },
  dataset: { name: nasty, excluded: [nasty], train: 3, trainAnomalous: 1, normal: 3, anomalous: 4 },
  runs: ['patchcore', nasty].map((name) => ({
    name,
    configuration: [['detector', nasty]],
    settings: [['steps', nasty]],
    metrics,
    imagesWithoutMask: 0,
    byDefectType: [{ defectType: nasty, images: 4, metrics }],
    curves: {
      roc: [
        { x: 0, y: 0 },
        { x: 1, y: 1 },
      ],
      precisionRecall: [{ x: 0, y: 1 }],
      pro: [{ x: 0, y: 0 }],
    },
    loss: [],
    seconds: [['training', 61.4]],
    peakRssBytes: { api: null, worker: 2 ** 30 },
    gallery: [
      {
        title: 'Hardest defects',
        explanation: 'x',
        items: [{ filename: nasty, defectType: nasty, anomalyScore: 0.5, ...judged, pictures, matches }],
      },
    ],
  })),
};

describe('the report page', () => {
  const page = reportPage(report);

  test('shows every text escaped, without characters that reorder it', () => {
    expect(page).not.toContain('<img src=x');
    expect(page).not.toContain('\u202e');
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;');
  });

  test('says how many images each number is of, and what pixel metrics leave out', () => {
    expect(page.replaceAll(/\s+/g, ' ')).toContain(
      'trained on 2 normal and 1 defective images, measured on 3 normal and 4',
    );
    expect(page).not.toContain('without a mask');
    const run = { ...report.runs[0]!, imagesWithoutMask: 2 };
    const dataset = { ...report.dataset, trainAnomalous: null };
    const unmasked = reportPage({ ...report, dataset, runs: [run] }).replaceAll(/\s+/g, ' ');
    expect(unmasked).toContain('trained on 3 images, ');
    expect(unmasked).toContain('Pixel metrics leave out 2 defective images without a mask.');
    const none = { ...run, metrics: { ...metrics, pixelAp: null } };
    expect(reportPage({ ...report, runs: [none] })).toContain('No pixel metrics: no defective image has a mask (2).');
  });

  test('has no script and refers to nothing outside itself', () => {
    expect(page).not.toMatch(/<script|<link|<iframe|@import|\burl\((?!#)/i);
    const references = [...page.matchAll(/\b(?:src|href|xlink:href)="([^"]*)"/g)].map(([, value]) => value);
    expect(references.filter((value) => !value!.startsWith('data:'))).toEqual([]);
  });

  test('prints the metrics, a dash where one is not defined, and the verdict', () => {
    expect(page).toContain('0.9712');
    expect(page).toContain('–');
    expect(page).toContain('missed');
    expect(page).toContain('Normal because &lt;b&gt; is low.');
    expect(page).toContain('distance 3.5');
    expect(page).toContain('style="left:40%;top:30%;width:20%;height:20%"');
    expect(page).toContain('1 min 01 s');
    expect(page).toContain('worker 1024 MiB, API unknown');
  });

  test('leaves out a chart nobody has points for', () => {
    expect(page).toContain('ROC curve over pixels');
    expect(page).not.toContain('training loss by step');
  });
});

describe('the curves of a loss', () => {
  const points = (stage: string, steps: number[]) => steps.map((step) => ({ stage, step, value: step / 10 }));

  test('one for each stage, each after the one before', () => {
    const loss = [...points('pre-training', [1, 2, 3]), ...points('training', [1, 2])];
    expect(stageCurves(loss)).toEqual([
      [
        [1, 0.1],
        [2, 0.2],
        [3, 0.3],
      ],
      [
        [4, 0.1],
        [5, 0.2],
      ],
    ]);
    const page = reportPage({ ...report, runs: [{ ...report.runs[0]!, loss }] });
    expect(page).toContain('training loss by step');
  });

  test('none of a single point, which is no line', () => {
    expect(stageCurves(points('training', [1]))).toEqual([]);
  });
});

describe('html', () => {
  test('escapes text and keeps nested markup', () => {
    expect(html`<p title="${'"'}">${'<b>'}${[html`<i>${1}</i>`, html`<i>${2}</i>`]}${null}${false}</p>`.markup).toBe(
      '<p title="&quot;">&lt;b&gt;<i>1</i><i>2</i></p>',
    );
  });
});

describe('charts', () => {
  test('are scalable SVG in the colours of the page', () => {
    const { markup } = chartSvg({
      label: 'test',
      x: { name: 'x', max: 1 },
      y: { name: 'y', max: 1 },
      lines: [
        {
          colour: 1,
          points: [
            [0, 0],
            [1, 1],
          ],
        },
      ],
    });
    expect(markup).toMatch(/^<svg role="img" aria-label="test"/);
    expect(markup).toContain('viewBox="0 0 440 320"');
    expect(markup).toContain('stroke="var(--run1)"');
    expect(markup).not.toMatch(/<style|^<svg[^>]* width=/);
  });

  test('thinning keeps both ends', () => {
    const points = Array.from({ length: 1001 }, (_, i) => i);
    const kept = thinned(points, 11);
    expect(kept).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
    expect(thinned([1, 2], 11)).toEqual([1, 2]);
  });

  test('smoothing is the mean of the neighbourhood', () => {
    expect(
      smoothed(
        [
          [0, 0],
          [1, 3],
          [2, 6],
        ],
        1,
      ),
    ).toEqual([
      [0, 1.5],
      [1, 3],
      [2, 4.5],
    ]);
  });
});

describe('the gallery', () => {
  const image = (label: 'NORMAL' | 'ANOMALOUS', anomalyScore: number) =>
    ({ anomalyScore, image: { label } }) as EvaluatedImage;
  const scores = (images: readonly EvaluatedImage[]) => images.map(({ anomalyScore }) => anomalyScore);

  test('takes the lowest, the middle and the highest anomalous images and the highest normal ones', () => {
    const images = [9, 8, 7, 6, 5, 4, 3, 2, 1].map((score) => image('ANOMALOUS', score));
    const normal = [4.5, 3.5, 0.5].map((score) => image('NORMAL', score));
    const groups = pickExtremes([...images, ...normal], 2).map((group) => scores(group.images));
    expect(groups).toEqual([
      [1, 2],
      [6, 5],
      [9, 8],
      [4.5, 3.5],
    ]);
  });

  test('shows no image twice when there are few', () => {
    for (let count = 0; count < 8; count++) {
      const images = Array.from({ length: count }, (_, i) => image('ANOMALOUS', -i));
      const shown = pickExtremes(images, 4).flatMap((group) => group.images);
      expect(new Set(shown).size).toBe(shown.length);
      expect(shown).toHaveLength(count);
    }
  });
});

describe('thumbnails', () => {
  const size = thumbnailSize(100, 50);

  test('keep the shape of the picture', () => {
    expect(size).toEqual({ width: 240, height: 120 });
  });

  test('a 16-bit map comes back as it was', async () => {
    const map = { width: 3, height: 2, data: Float32Array.from([0, 0.1, 0.25, 0.5, 0.75, 1]) };
    const read = await readAnomalyMap(await encodeGrey16Png(map));
    expect([read.width, read.height]).toEqual([3, 2]);
    read.data.forEach((value, i) => expect(value).toBeCloseTo(map.data[i]!, 4));
  });

  test('every picture is a data URI of the thumbnail size', async () => {
    const grey = await sharp(Buffer.alloc(100 * 50, 77), { raw: { width: 100, height: 50, channels: 1 } })
      .png()
      .toBuffer();
    const map = { width: 10, height: 10, data: Float32Array.from({ length: 100 }, (_, i) => i / 100) };
    for (const uri of [
      await photographUri(grey, size),
      await maskUri(grey, size),
      await anomalyMapUri(map, commonRange([map]), size),
    ]) {
      const bytes = Buffer.from(/^data:image\/(?:png|jpeg);base64,(.+)$/.exec(uri)![1]!, 'base64');
      const { width, height } = await sharp(bytes).metadata();
      expect({ width, height }).toEqual(size);
    }
  });

  test('the common range runs from the middle to nearly the top', () => {
    const map = { width: 7000, height: 1, data: Float32Array.from({ length: 7000 }, (_, i) => i) };
    const { low, high } = commonRange([map]);
    expect(low).toBe(3500);
    expect(high).toBeGreaterThan(6900);
    expect(high).toBeLessThan(6999);
  });
});
