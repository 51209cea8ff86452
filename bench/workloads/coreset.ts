import { hostTensor, type Compute, type HostTensor } from '../../src/shared/compute.js';
import { RandomSource } from '../../src/shared/random.js';
import { greedyCoreset } from '../../src/toolkit/memory-bank/greedyCoreset.js';
import { projectRandomly } from '../../src/toolkit/memory-bank/randomProjection.js';
import { closeTo, sameMembers } from '../measuring/agreement.js';
import { openOurs } from '../measuring/engines.js';
import { pythonHas, runPeer, withExchange, type Exchange, type PeerResult } from '../measuring/python.js';
import { samples, type Repetitions } from '../measuring/samples.js';
import { surfaceFeatures } from '../measuring/surfaces.js';
import { openChoice } from '../measuring/tools.js';
import {
  atMost,
  takeTurns,
  timesOurs,
  type Agreement,
  type Comparison,
  type Engine,
  type Workload,
} from '../measuring/workload.js';

const pointCount = 120_000;
/** Of the quick mode, which cannot say whether the goal is met. */
const fewPoints = 30_000;
const projection = 128;
const seed = 8;
const once: Repetitions = { warmUp: 0, measured: 1 };
/** How many picks the engines share: of two points almost equally far each may take another, and go on from there. */
const samePicks = 0.9;

/** The choice of a memory bank. */
export const coreset: Workload = {
  name: 'coreset',
  description: `greedy coreset of ${pointCount} features to a tenth (quick: of ${fewPoints})`,
  run: ({ quick }) =>
    withExchange(async (exchange) => {
      const { name, compute } = await openOurs();
      const plan = await openChoice({ supervision: 'UNSUPERVISED' }, compute, exchange);
      const features = await surfaceFeatures(plan, quick ? fewPoints : pointCount, 6);
      plan.close();
      const comparison = await compare(features, name, compute, exchange);
      await compute.dispose();
      return [comparison];
    }),
};

async function compare(features: HostTensor, name: string, compute: Compute, exchange: Exchange): Promise<Comparison> {
  const [total, width] = features.shape as [number, number];
  const count = total / 10;
  let chosen = new Int32Array();
  const select = async () => {
    const options = { firstIndex: 0, projection, compute, random: RandomSource.fromSeed(seed) };
    chosen = Int32Array.from(await greedyCoreset(features, count, options));
  };
  const ours: Engine = { name, measure: () => samples(once, select) };
  if (total === pointCount) ours.goal = atMost(180_000, '<= 180 s');
  const engines = [ours];
  let peer: CoresetPeerResult | undefined;
  if (pythonHas('torch')) {
    const matrix = exchange.write('matrix', await projectionMatrix(compute, width));
    const settings = { ...once, features: exchange.write('features', features), matrix, count };
    const measure = () => {
      peer = runPeer<CoresetPeerResult>('coreset.py', { ...settings, others: [...chosen] });
      return peer;
    };
    engines.push({ name: 'PyTorch, every distance', goal: timesOurs(1), measure });
  }
  const title = `Greedy coreset of ${total} features of ${width} to ${count}, random projection to ${projection}`;
  const rows = await takeTurns(1, engines);
  return { title, rows, agreements: peer ? agreementsWith(peer, chosen) : [] };
}

/** What {@link greedyCoreset} projects with. */
async function projectionMatrix(compute: Compute, width: number): Promise<HostTensor> {
  const identity = hostTensor(new Float32Array(width * width), [width, width]);
  for (let i = 0; i < width; i++) identity.data[i * width + i] = 1;
  return projectRandomly(compute, identity, projection, RandomSource.fromSeed(seed));
}

interface CoresetPeerResult extends PeerResult {
  indices: number[];
  /** Largest distance of any feature to the nearest pick, in the projection: of its own picks, and of ours. */
  radius: number;
  othersRadius: number;
}

function agreementsWith({ indices, radius, othersRadius }: CoresetPeerResult, chosen: Int32Array): Agreement[] {
  return [
    sameMembers('picks, PyTorch', indices, chosen, samePicks),
    closeTo('largest distance left, PyTorch', [radius], [othersRadius], 1e-2),
  ];
}
