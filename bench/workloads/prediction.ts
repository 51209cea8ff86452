import type { DetectorState, Prediction, Predictor } from '../../src/plugin-api/index.js';
import type { Compute } from '../../src/shared/compute.js';
import { hostTensor, type HostTensor } from '../../src/shared/compute.js';
import { RandomSource } from '../../src/shared/random.js';
import type { RgbImage } from '../../src/shared/images.js';
import type { Supervision } from '../../src/shared/training.js';
import {
  createFeatureStage,
  createNeighbourSearch,
  featureGrid,
  initialSwinParameters,
  memoryBankState,
  type FeatureParams,
  type MemoryBank,
} from '../../src/toolkit/index.js';
import { swinSizes, type SemirestParams } from '../../plugins/detectors/semirest/semirestParams.js';
import { principalDirections } from '../../src/toolkit/memory-bank/principalDirections.js';
import { matchImage, meanResidual } from '../../plugins/detectors/semirest/window-training/imageMatcher.js';
import { tokenChannels } from '../../plugins/detectors/semirest/window-training/tokenScores.js';
import { closeTo, sameIndices } from '../measuring/agreement.js';
import { openOurs, openWasm } from '../measuring/engines.js';
import { withFeatures, type OpenPlan } from '../../src/plugin-contract/openPlan.js';
import { withExchange, type Exchange } from '../measuring/python.js';
import { samples, type Repetitions, type Samples } from '../measuring/samples.js';
import { drawSurfaces, surfaceFeatures } from '../measuring/surfaces.js';
import { openChoice } from '../measuring/tools.js';
import { atMost, takeTurns, timesOurs, type Agreement, type Comparison, type Workload } from '../measuring/workload.js';
import { bankSize, nearestByDefinition } from './neighbours.js';

const preset = 'cpu-small';
/** The network of the paper, which costs more than the linear head of the preset, on features as they are. */
const swin = { head: 'swin', whitening: 0, fineLayers: 0, residualScale: 'mean', imageScore: 'map' };
/** Of the image predicted, compared with the definition of the nearest neighbour. */
const checkedPlaces = 128;

/** Whole predictions of the default detector with a Swin: a decoded image in, its smoothed map and score out. */
export const prediction: Workload = {
  name: 'prediction',
  description: `whole predictions by semirest, preset ${preset} with a Swin, memory bank of ${bankSize} vectors`,
  run: (options) =>
    withExchange(async (exchange) => {
      const comparisons: Comparison[] = [];
      for (const supervision of ['UNSUPERVISED', 'SUPERVISED'] as const) {
        comparisons.push(await compare(supervision, options.quick, exchange));
      }
      return comparisons;
    }),
};

async function compare(supervision: Supervision, quick: boolean, exchange: Exchange): Promise<Comparison> {
  const [ours, wasm] = [await openOurs(), await openWasm()];
  const plan = await openChoice(
    { preset, supervision, featureExtractor: { id: 'mobilenet-v3' }, detector: { id: 'semirest', params: swin } },
    ours.compute,
    exchange,
  );
  const { imageSize } = plan.shared.settings;
  const state = await drawState(plan);
  const [image] = drawSurfaces(1, imageSize, 4) as [RgbImage];
  const found: Record<'ours' | 'wasm', Prediction[]> = { ours: [], wasm: [] };
  const predict = (compute: Compute, key: keyof typeof found, repetitions: Repetitions) =>
    measurePredictor(plan, state, compute, repetitions, image, (value) => (found[key] = [value]));
  const rows = await takeTurns(quick ? 1 : 3, [
    {
      name: ours.name,
      goal: atMost(125, '>= 8 images/s'),
      measure: () => predict(ours.compute, 'ours', { warmUp: 3, measured: 15 }),
    },
    {
      name: wasm.name,
      goal: timesOurs(3),
      turns: 1,
      measure: () => predict(wasm.compute, 'wasm', { warmUp: 0, measured: 1 }),
    },
  ]);
  const agreements = await agreementsOf(plan, state, image, found.ours[0]!, found.wasm[0]!);
  plan.close();
  await Promise.all([ours.compute.dispose(), wasm.compute.dispose()]);
  const title = `Prediction of a ${imageSize}x${imageSize} image: semirest, ${preset} with a Swin, ${supervision}, bank of ${bankSize} x ${(plan.shared.params as unknown as FeatureParams).featureDimension}`;
  return { title, per: { what: 'images', count: 1 }, rows, agreements };
}

async function measurePredictor(
  { plugin, shared }: OpenPlan,
  state: DetectorState,
  compute: Compute,
  repetitions: Repetitions,
  image: RgbImage,
  take: (prediction: Prediction) => void,
): Promise<Samples> {
  const predictor: Predictor = await plugin.load(state, { ...shared, compute });
  const measured = await samples(repetitions, async () => take(await predictor.predict(image)));
  await predictor.dispose();
  return measured;
}

/** A state as a training leaves it, with a bank of real features and a network that is not trained. */
async function drawState(plan: OpenPlan): Promise<DetectorState> {
  const { settings } = plan.shared;
  const params = plan.shared.params as SemirestParams;
  const vectors = await surfaceFeatures(plan, bankSize, 5);
  const places = featureGrid(settings, plan.features!.featureLayers) ** 2;
  const images = Array.from({ length: Math.ceil(bankSize / places) }, (_, i) => ({
    id: `image-${i}`,
    filename: `image-${i}.png`,
    load: () => Promise.reject(new Error('nothing reads the images of a trained state')),
  }));
  const bank = {
    vectors,
    directions: await principalDirections(plan.shared.compute, vectors),
    sources: Int32Array.from({ length: bankSize }, (_, row) => Math.floor(row / places)),
    places: Int32Array.from({ length: bankSize }, (_, row) => row % places),
  };
  const { tensors, metadata } = memoryBankState({ bank, whitening: undefined }, images);
  const inputDimension = tokenChannels(params.featureDimension, params);
  const sizes = { inputDimension, ...swinSizes(params) };
  const network = Object.entries(initialSwinParameters(sizes, RandomSource.fromSeed(2)));
  const weights = Object.fromEntries(network.map(([name, value]) => [`swin.${name}`, value]));
  const residualScale = hostTensor(await normalScale(plan, bank), [1]);
  return { tensors: { ...tensors, 'residual-scale': residualScale, ...weights }, metadata };
}

/** Mean residual of a surface that is not in the bank. */
async function normalScale(plan: OpenPlan, bank: MemoryBank): Promise<Float32Array> {
  const places = featureGrid(plan.shared.settings, plan.features!.featureLayers) ** 2;
  const features = await surfaceFeatures(plan, places, 6);
  const search = createNeighbourSearch(plan.shared.compute, bank.vectors, { neighbours: 1 });
  const matched = await matchImage(search, bank, features, undefined);
  await search.dispose();
  return meanResidual([matched], bank, false, false);
}

async function agreementsOf(
  plan: OpenPlan,
  state: DetectorState,
  image: RgbImage,
  ours: Prediction,
  wasm: Prediction,
): Promise<Agreement[]> {
  const stage = await createFeatureStage(withFeatures<FeatureParams>(plan));
  const { data, shape } = await stage.extract(image);
  await stage.dispose();
  const width = shape[1]!;
  const step = shape[0]! / checkedPlaces;
  const places = Array.from({ length: checkedPlaces }, (_, i) => Math.floor(i * step));
  const queries = new Float32Array(checkedPlaces * width);
  places.forEach((place, i) =>
    queries.set((data as Float32Array).subarray(place * width, (place + 1) * width), i * width),
  );
  const bank = state.tensors['memory-bank.vectors'] as HostTensor;
  const exact = nearestByDefinition(bank, hostTensor(queries, [checkedPlaces, width]));
  const perImage = shape[0]!;
  const rowOf =
    ({ matches }: Prediction) =>
    (place: number) => {
      const { imageId, place: at } = matches!.of(place);
      return Number(imageId.split('-')[1]) * perImage + at;
    };
  return [
    closeTo('anomaly map, WASM', ours.anomalyMap.data, wasm.anomalyMap.data, 2e-3),
    closeTo('score, WASM', [ours.anomalyScore], [wasm.anomalyScore], 1e-3),
    sameIndices('nearest normal patches and the definition', exact, places.map(rowOf(ours)), 0.99),
  ];
}
