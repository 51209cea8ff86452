import { useEffect, useRef, useState } from 'preact/hooks';
import type { InboxPredictionFragment } from '../../../src/client/index.js';
import { client } from '../../api/session.js';
import { useFormats, useWords } from '../../words/language.js';

/** Longest side of the picture, in pixels of the page. */
const shownSide = 900;

/** The image with what was marked on it, and what was said. */
export function ShownPrediction({ prediction }: { prediction: InboxPredictionFragment }) {
  const { at, station, partId, model, version, anomalyScore, imageThreshold, isAnomalous, regions } = prediction;
  const canvas = useRef<HTMLCanvasElement>(null);
  const { inbox: words, predict, version: versionWords } = useWords();
  const { measured, moment } = useFormats();
  const [isMissing, setMissing] = useState(false);
  useEffect(() => {
    paint(canvas.current!, prediction).catch(() => setMissing(true));
  }, [prediction.id]);
  const about = [station, partId, `${model}@${version}`, moment(at)].filter(Boolean).join(' · ');
  return (
    <>
      <p role="status">
        <span class={`badge ${isAnomalous ? 'miss' : 'correct'}`}>
          {isAnomalous ? predict.anomalous : predict.normal}
        </span>{' '}
        {words.scored(measured(anomalyScore), imageThreshold === null ? '–' : measured(imageThreshold), regions.length)}
      </p>
      {isMissing ? (
        <p class="hint">{versionWords.cannotShow}</p>
      ) : (
        <canvas ref={canvas} role="img" aria-label={words.picture(about)} />
      )}
      <p class="hint">{about}</p>
    </>
  );
}

async function paint(canvas: HTMLCanvasElement, { imageUrl, regions }: InboxPredictionFragment): Promise<void> {
  const bitmap = await createImageBitmap(await (await client.open(imageUrl!)).blob());
  const scale = Math.min(1, shownSide / Math.max(bitmap.width, bitmap.height));
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  const context = canvas.getContext('2d')!;
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  // Dark below light: one of them is seen on any surface.
  for (const [colour, width] of [
    ['#000', 4],
    ['#ff5', 2],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    for (const { box } of regions) {
      context.strokeRect(box.x * scale, box.y * scale, box.width * scale, box.height * scale);
    }
  }
}
