import { performance } from 'node:perf_hooks';
import type { Predictor, TrainingImage, TrainingSteps } from '../../src/plugin-api/index.js';
import type { TrainingPlan } from '../../src/services/training/trainingPlan.js';
import type { AnomalyMap } from '../../src/shared/images.js';
import { EvaluationAccumulator, resizeMap, type EvaluationResult } from '../../src/toolkit/index.js';
import { inspectImage, resizeMask } from '../../src/files/index.js';
import { encodeDetectorState } from '../../src/worker/detectorArtifact.js';
import { openPlan, type Tools } from '../../src/plugin-contract/openPlan.js';
import { followOtherWork, mostOtherWork } from '../measuring/otherWork.js';
import { peakMemory } from '../measuring/peakMemory.js';
import { median } from '../measuring/samples.js';
import { processor } from './processor.js';
import { scaledImage, type Pack, type PackImage } from './packs.js';
import type { Row } from './rows.js';

export interface RowResult {
  seed: number;
  metrics: EvaluationResult['metrics'];
  byDefectType: EvaluationResult['byDefectType'];
  /** Wall-clock seconds. Like all seconds left out where the machine did much else meanwhile: accuracy is the same then, and times are not. */
  trainingSeconds?: number;
  /** What they were taken on. */
  processor?: string;
  /** Of reading, predicting and measuring it. */
  secondsPerImage?: number;
  /** Median of the predictions alone. Older results have none of these three. */
  secondsPerPrediction?: number;
  /** Of the trained state, as a file. */
  modelBytes?: number;
  /** Highest resident memory of the process that trained. */
  peakBytes?: number;
}

export interface RowRunResult {
  result: RowResult;
  /** Of the images that are shown. */
  maps: AnomalyMap[];
}

export interface RowRun {
  row: Row;
  plan: TrainingPlan;
  seed: number;
  /** Test images whose maps are wanted. */
  shown: readonly PackImage[];
}

/** Trains one row with one seed and measures it on the pack's test images, at their own size. */
export async function runRow({ row, plan, seed, shown }: RowRun, pack: Pack, tools: Tools): Promise<RowRunResult> {
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
    const otherWork = followOtherWork();
    const state = await plugin.train(context);
    const trainingSeconds = (performance.now() - started) / 1000;
    const peakBytes = peakMemory();
    const modelBytes = encodeDetectorState(state).byteLength;
    const predictor = await plugin.load(state, shared);
    const { maps, seconds, ...measured } = await evaluate(predictor, { pack, size, shown });
    await predictor.dispose();
    const isQuiet = otherWork() <= mostOtherWork;
    if (!isQuiet) say(`${row.name}, seed ${seed}: the machine did much else meanwhile; seconds are left out`);
    const times = isQuiet ? { trainingSeconds, ...seconds, processor: processor() } : {};
    return { result: { seed, ...measured, ...times, modelBytes, peakBytes }, maps };
  } finally {
    close();
  }
}

/** Of all test images, at their own size. */
async function evaluate(
  predictor: Predictor,
  { pack, size, shown }: { pack: Pack; size: number; shown: readonly PackImage[] },
): Promise<
  EvaluationResult & { maps: AnomalyMap[]; seconds: Pick<RowResult, 'secondsPerImage' | 'secondsPerPrediction'> }
> {
  const started = performance.now();
  const accumulator = new EvaluationAccumulator();
  const maps: AnomalyMap[] = [];
  const predictions: number[] = [];
  for (const image of pack.test) {
    const scaled = await scaledImage(image, size);
    const asked = performance.now();
    const { anomalyMap, anomalyScore } = await predictor.predict(scaled);
    predictions.push((performance.now() - asked) / 1000);
    if (shown.includes(image)) maps[shown.indexOf(image)] = anomalyMap;
    const { width, height } = await inspectImage(image.bytes, { item: image.name });
    const map = resizeMap(anomalyMap, width, height);
    const { defectType } = image;
    const isAnomalous = defectType !== null;
    const mask = image.mask?.data ?? null;
    accumulator.add({ width, height, scores: map.data, mask, anomalyScore, isAnomalous, defectType });
  }
  const secondsPerImage = (performance.now() - started) / 1000 / pack.test.length;
  return { ...accumulator.finish(), maps, seconds: { secondsPerImage, secondsPerPrediction: median(predictions) } };
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

/** One line for each stage that begins, and for each further quarter of it. */
function stageReporter(title: string, say: (text: string) => void): TrainingSteps['report'] {
  let told = '';
  return ({ stage, step, totalSteps }) => {
    const quarter = Math.floor((4 * (step - 1)) / totalSteps);
    const line = `${title}: ${stage}, ${25 * quarter} % of ${totalSteps} steps`;
    if (line !== told) say(line);
    told = line;
  };
}
