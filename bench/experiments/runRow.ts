import { performance } from 'node:perf_hooks';
import type { TrainingImage, TrainingSteps } from '../../src/plugin-api/index.js';
import type { TrainingPlan } from '../../src/services/training/trainingPlan.js';
import type { AnomalyMap } from '../../src/shared/images.js';
import { EvaluationAccumulator, resizeMap, type EvaluationResult } from '../../src/toolkit/index.js';
import { inspectImage, resizeMask } from '../../src/files/index.js';
import { openPlan, type Tools } from '../../src/plugin-contract/openPlan.js';
import { scaledImage, type Pack, type PackImage } from './packs.js';
import type { Row } from './rows.js';

export interface RowResult {
  seed: number;
  metrics: EvaluationResult['metrics'];
  byDefectType: EvaluationResult['byDefectType'];
  /** Wall-clock seconds. */
  trainingSeconds: number;
  secondsPerImage: number;
}

export interface RowRun {
  row: Row;
  plan: TrainingPlan;
  seed: number;
  /** Test images whose maps are wanted. */
  shown: readonly PackImage[];
}

/** Trains one row with one seed and measures it on the pack's test images, at their own size. */
export async function runRow(
  { row, plan, seed, shown }: RowRun,
  pack: Pack,
  tools: Tools,
): Promise<{ result: RowResult; maps: AnomalyMap[] }> {
  const { say } = tools;
  const { supervision } = row.choice;
  const { plugin, shared, trainingContext, close } = await openPlan(plan, supervision, tools);
  const size = plan.settings.imageSize;
  const context = trainingContext({
    seed,
    normalImages: pack.normal.map((image) => trainingImage(image, size)),
    anomalousImages:
      supervision === 'UNSUPERVISED' ? [] : pack.anomalous.map((image) => trainingImage(image, size, supervision)),
    report: stageReporter(`${row.name}, seed ${seed}`, say),
  });
  try {
    const started = performance.now();
    const state = await plugin.train(context);
    const trained = performance.now();
    const predictor = await plugin.load(state, shared);
    const accumulator = new EvaluationAccumulator();
    const maps: AnomalyMap[] = [];
    for (const image of pack.test) {
      const { anomalyMap, anomalyScore } = await predictor.predict(await scaledImage(image, size));
      if (shown.includes(image)) maps[shown.indexOf(image)] = anomalyMap;
      const { width, height } = await inspectImage(image.bytes, { item: image.name });
      const map = resizeMap(anomalyMap, width, height);
      const { defectType } = image;
      const isAnomalous = defectType !== null;
      const mask = image.mask?.data ?? null;
      accumulator.add({ width, height, scores: map.data, mask, anomalyScore, isAnomalous, defectType });
    }
    await predictor.dispose();
    const secondsPerImage = (performance.now() - trained) / 1000 / pack.test.length;
    const { metrics, byDefectType } = accumulator.finish();
    const result = { seed, metrics, byDefectType, trainingSeconds: (trained - started) / 1000, secondsPerImage };
    return { result, maps };
  } finally {
    close();
  }
}

function trainingImage(image: PackImage, size: number, labels?: 'SUPERVISED' | 'SEMI_SUPERVISED'): TrainingImage {
  const base = { id: image.name, filename: image.name, load: () => scaledImage(image, size) };
  const { mask } = image;
  if (labels === undefined || !mask) return base;
  const square = { width: size, height: size };
  if (labels === 'SUPERVISED') return { ...base, loadMask: () => Promise.resolve(resizeMask(mask, square)) };
  const [scaleX, scaleY] = [size / mask.width, size / mask.height];
  const boxes = image.boxes.map(({ x, y, width, height }) => ({
    x: x * scaleX,
    y: y * scaleY,
    width: width * scaleX,
    height: height * scaleY,
  }));
  return { ...base, boxes };
}

/** One line for each stage that begins. */
function stageReporter(title: string, say: (text: string) => void): TrainingSteps['report'] {
  let current = '';
  return ({ stage, totalSteps }) => {
    if (stage === current) return;
    current = stage;
    say(`${title}: ${stage} (${totalSteps} steps)`);
  };
}
