import { readFileSync } from 'node:fs';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { mobilenetV3 } from '../../plugins/feature-extractors/mobilenet-v3.js';
import { wideResnet50 } from '../../plugins/feature-extractors/wide-resnet50.js';
import { imageTensor, type FeatureExtractor } from '../../src/plugin-api/index.js';
import type { Compute, HostTensor } from '../../src/shared/compute.js';
import { decodeSafetensors } from '../../src/toolkit/index.js';
import { closeTo } from '../measuring/agreement.js';
import { openOurs, openWasm } from '../measuring/engines.js';
import { pythonHas, runPeer, withExchange, type Exchange } from '../measuring/python.js';
import { samples, type Repetitions, type Samples } from '../measuring/samples.js';
import { drawSurfaces } from '../measuring/surfaces.js';
import { benchTools, writeWideResnet } from '../measuring/tools.js';
import { takeTurns, timesOurs, type Comparison, type Engine, type Workload } from '../measuring/workload.js';

const size = 256;

type Opened = Awaited<ReturnType<typeof openOurs>>;

/** The feature extractors, each on one image. */
export const features: Workload = {
  name: 'features',
  description: 'features of an image by mobilenet-v3 and by wide-resnet50 (random weights)',
  run: ({ quick }) =>
    withExchange(async (exchange) => {
      const [ours, wasm] = [await openOurs(), await openWasm()];
      const [image] = drawSurfaces(1, size, 3).map(imageTensor) as [HostTensor];
      const weights = writeWideResnet(exchange);
      const context = { ...benchTools(ours.compute, exchange).files, log: console };
      const small = await mobilenetV3.load(mobilenetV3.params.parse({}), context);
      const large = await wideResnet50.load(wideResnet50.params.parse({}), context);
      const turns = quick ? 1 : 2;
      const comparisons = [
        await compare('mobilenet-v3', { extractor: small, image, ours, wasm, turns, measured: 30, ofWasm: 10 }),
        await compare('wide-resnet50', { extractor: large, image, ours, wasm, turns, measured: 8, ofWasm: 1 }, () =>
          torchvision(weights, image, exchange),
        ),
      ];
      small.dispose();
      large.dispose();
      await Promise.all([ours.compute.dispose(), wasm.compute.dispose()]);
      return comparisons;
    }),
};

interface Extraction {
  extractor: FeatureExtractor;
  image: HostTensor;
  ours: Opened;
  wasm: Opened;
  turns: number;
  measured: number;
  ofWasm: number;
}

/** An engine beside ours, and how to see what it found. */
interface Peer {
  engine: Engine;
  found(): readonly HostTensor[];
}

async function compare(
  name: string,
  { extractor, image, ours, wasm, turns, measured, ofWasm }: Extraction,
  peer: () => Peer | undefined = () => undefined,
): Promise<Comparison> {
  const found: Record<'ours' | 'wasm', readonly HostTensor[]> = { ours: [], wasm: [] };
  const extract = (compute: Compute, key: keyof typeof found, repetitions: Repetitions) =>
    measureExtractor(compute, extractor, image, repetitions, (maps) => (found[key] = maps));
  const other = peer();
  const rows = await takeTurns(turns, [
    { name: ours.name, measure: () => extract(ours.compute, 'ours', { warmUp: 3, measured }) },
    {
      name: wasm.name,
      goal: timesOurs(3),
      turns: 1,
      measure: () => extract(wasm.compute, 'wasm', { warmUp: 1, measured: ofWasm }),
    },
    ...(other ? [other.engine] : []),
  ]);
  const agree = (engine: string, maps: readonly HostTensor[]) =>
    maps.map((map, i) => closeTo(`map ${i + 1}, ${engine}`, found.ours[i]!.data, map.data, 1e-3));
  return {
    title: `Features of a ${size}x${size} image by ${name}`,
    per: { what: 'images', count: 1 },
    rows,
    agreements: [...agree('WASM', found.wasm), ...(other ? agree('PyTorch', other.found()) : [])],
  };
}

async function measureExtractor(
  compute: Compute,
  extractor: FeatureExtractor,
  image: HostTensor,
  repetitions: Repetitions,
  take: (maps: readonly HostTensor[]) => void,
): Promise<Samples> {
  const compiled = await compute.compile('features', (x) => extractor.features(x as Tensor4D), [image]);
  const measured = await samples(repetitions, async () => take(await compiled.run([image])));
  await compiled.dispose();
  return measured;
}

/** torchvision's network with the same weights. */
function torchvision(weights: string, image: HostTensor, exchange: Exchange): Peer | undefined {
  if (!pythonHas('torch') || !pythonHas('torchvision')) return undefined;
  const output = exchange.pathOf('features.safetensors');
  const settings = { weights, image: exchange.write('image', image), output, warmUp: 2, measured: 6 };
  return {
    engine: { name: 'PyTorch, torchvision', goal: timesOurs(1), measure: () => runPeer('wide_resnet50.py', settings) },
    found: () => {
      const { layer2, layer3 } = decodeSafetensors(readFileSync(output), 'features').tensors;
      return [layer2!, layer3!];
    },
  };
}
