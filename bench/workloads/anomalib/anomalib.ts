import { readFileSync } from 'node:fs';
import { imageTensor } from '../../../src/plugin-api/index.js';
import { hostTensor, type HostTensor } from '../../../src/shared/compute.js';
import type { RgbImage } from '../../../src/shared/images.js';
import { decodeSafetensors } from '../../../src/toolkit/index.js';
import { closeTo } from '../../measuring/agreement.js';
import { pythonHas, runPeer, withExchange, type Exchange } from '../../measuring/python.js';
import { drawSurfaces } from '../../measuring/surfaces.js';
import { writeWideResnet } from '../../measuring/tools.js';
import { rowsOf, timesOurs, type Agreement, type Comparison, type Workload } from '../../measuring/workload.js';
import { runOurs, type MethodOrder, type MethodResult } from './methodOrder.js';
import { comparedMethods, sides, type ComparedMethod } from './methods.js';

/** Images that are predicted. */
const testImages = 2;

/** Methods beside Anomalib's: the same images, the same random weights of the backbone, the same sizes of the paper. */
export const anomalib: Workload = {
  name: 'anomalib',
  description: 'trainings and predictions of PatchCore, PaDiM, DRAEM, RD and CFLOW beside Anomalib, and their memory',
  run: async ({ quick }) => {
    if (!pythonHas('anomalib')) return [];
    const comparisons: Comparison[] = [];
    for (const method of comparedMethods(quick)) {
      comparisons.push(...(await withExchange((exchange) => Promise.resolve(compare(method, quick, exchange)))));
    }
    return comparisons;
  },
};

const runTheirs = (order: MethodOrder) => runPeer<MethodResult>('anomalib_methods.py', order, 'anomalib');

function compare(method: ComparedMethod, quick: boolean, exchange: Exchange): Comparison[] {
  const side = quick ? sides.quick : sides.full;
  const order = orderOf(method, side, exchange);
  const taken: Record<'ours' | 'theirs', MethodResult[]> = { ours: [], theirs: [] };
  // In turns, so that what else the machine does falls on both.
  for (let turn = 0; turn < (quick ? 1 : 2); turn++) {
    console.error(`anomalib: ${method.id}, turn ${turn + 1}`);
    taken.ours.push(runOurs(order));
    taken.theirs.push(runTheirs(order));
  }
  const rows = (part: 'training' | 'prediction', factor: number) =>
    rowsOf([
      { name: taken.ours[0]!.version, samples: of(taken.ours, part) },
      { name: taken.theirs[0]!.version, goal: timesOurs(factor), samples: of(taken.theirs, part) },
    ]);
  const unit = method.steps === undefined ? `a training on ${method.images} images` : 'a training step';
  const where = `${side}x${side}${method.layers ? `, ${method.layers.join(', ')} of wide_resnet50_2` : ''}`;
  const seconds = (results: MethodResult[]) => Math.min(...results.map((each) => each.trainingSeconds)).toFixed(1);
  return [
    {
      title: `${method.title}: ${unit}, ${where}`,
      rows: rows('training', 1),
      agreements: [],
      ...(method.steps !== undefined && {
        notes: [
          `a training of ${method.steps} steps, what is prepared for them included: ours ${seconds(taken.ours)} s, Anomalib ${seconds(taken.theirs)} s`,
        ],
      }),
    },
    {
      title: `${method.title}: a prediction`,
      per: { what: 'images', count: 1 },
      rows: rows('prediction', 2),
      agreements: agreements(method, quick, exchange),
      notes: [
        `peak memory of training and predictions: ours ${gigabytes(taken.ours)} GB, Anomalib ${gigabytes(taken.theirs)} GB`,
      ],
    },
  ];
}

function of(results: readonly MethodResult[], part: 'training' | 'prediction') {
  return results.map((result) => result[part]);
}

function gigabytes(results: readonly MethodResult[]): string {
  return (Math.max(...results.map(({ peakBytes }) => peakBytes)) / 1e9).toFixed(1);
}

function orderOf(method: ComparedMethod, side: number, exchange: Exchange): MethodOrder {
  const { id, layers, steps, params, predictions, images } = method;
  const drawn = drawSurfaces(images + testImages, side, 11);
  return {
    ...{ id, layers, steps, params, predictions, folder: exchange.folder },
    weights: layers && writeWideResnet(exchange, Number(layers.at(-1)!.slice('layer'.length))),
    train: exchange.write('train', stacked(drawn.slice(0, images))),
    test: exchange.write('test', stacked(drawn.slice(images))),
    output: undefined,
  };
}

function stacked(images: readonly RgbImage[]): HostTensor {
  const tensors = images.map(imageTensor);
  const size = tensors[0]!.data.length;
  const all = new Float32Array(size * tensors.length);
  tensors.forEach(({ data }, i) => all.set(data, i * size));
  return hostTensor(all, [tensors.length, ...tensors[0]!.shape.slice(1)]);
}

/** Of a small training without chance: maps before they are smoothed, since borders are smoothed in other ways, and scores. */
function agreements(method: ComparedMethod, quick: boolean, exchange: Exchange): Agreement[] {
  const { agreeing } = method;
  if (!agreeing) return [];
  const small = { ...method, ...agreeing, predictions: { warmUp: 0, measured: 1 } };
  const order = orderOf(small, quick ? sides.quick : 128, exchange);
  const outputs = { ours: exchange.pathOf('ours.safetensors'), theirs: exchange.pathOf('theirs.safetensors') };
  const { channels } = runOurs({ ...order, output: outputs.ours });
  runTheirs({ ...order, output: outputs.theirs, channels });
  const read = (file: string) => decodeSafetensors(readFileSync(file), file).tensors;
  const [ours, theirs] = [read(outputs.ours), read(outputs.theirs)];
  return Object.keys(ours).map((name) =>
    closeTo(`${name} of a small training`, theirs[name]!.data, ours[name]!.data, 2e-3),
  );
}
