import { readFileSync } from 'node:fs';
import { hostTensor, type HostTensor } from '../../src/shared/compute.js';
import { createNeighbourSearch, type NeighbourSearch } from '../../src/toolkit/index.js';
import { principalDirections } from '../../src/toolkit/memory-bank/principalDirections.js';
import { sameIndices } from '../measuring/agreement.js';
import { openOurs } from '../measuring/engines.js';
import { pythonHas, runPeer, withExchange, type Exchange } from '../measuring/python.js';
import { samples, type Repetitions, type Samples } from '../measuring/samples.js';
import { surfaceFeatures } from '../measuring/surfaces.js';
import { openChoice } from '../measuring/tools.js';
import { takeTurns, timesOurs, type Agreement, type Engine, type Workload } from '../measuring/workload.js';

export const bankSize = 12_000;
const queryCount = 1024;

const repetitions: Repetitions = { warmUp: 2, measured: 8 };

/** Peers by the name that the Python script knows them by. */
const peers: readonly { key: string; name: string; module: 'torch' | 'faiss'; approximate?: true }[] = [
  { key: 'matmul', name: 'PyTorch, matmul and min', module: 'torch' },
  { key: 'cdist', name: 'PyTorch, cdist and min', module: 'torch' },
  { key: 'faiss', name: 'faiss, IndexFlatL2', module: 'faiss' },
  { key: 'hnsw', name: 'faiss, HNSW (32 links, 64 candidates)', module: 'faiss', approximate: true },
  { key: 'inverted', name: 'faiss, inverted lists (16 of 128)', module: 'faiss', approximate: true },
];

/** Least share of the nearest vectors that a search must find. */
const leastRecall = { exact: 0.999, approximate: 0.5 };

/** The search in the memory bank: one image's features in a bank of features of others. */
export const neighbours: Workload = {
  name: 'neighbours',
  description: `the nearest of ${bankSize} vectors for each of ${queryCount} features`,
  run: ({ quick }) =>
    withExchange(async (exchange) => {
      const { name, compute } = await openOurs();
      const plan = await openChoice({ supervision: 'UNSUPERVISED' }, compute, exchange);
      const all = await surfaceFeatures(plan, bankSize + queryCount, 5);
      plan.close();
      const [bank, queries] = [rowsOf(all, 0, bankSize), rowsOf(all, bankSize, bankSize + queryCount)];
      const found: Record<string, Int32Array> = {};
      const take = (key: string) => (indices: Int32Array) => (found[key] = indices);
      const directions = await principalDirections(compute, bank);
      const search = (key: string, given?: HostTensor) =>
        measureSearch(createNeighbourSearch(compute, bank, { directions: given }), queries, take(key));
      const engines: Engine[] = [
        { name, measure: () => search('ours', directions) },
        { name: `${name}, without directions`, measure: () => search('ours without directions') },
        ...peerEngines(bank, queries, exchange, take),
      ];
      const rows = await takeTurns(quick ? 1 : 3, engines);
      await compute.dispose();
      return [
        {
          title: `Nearest of ${bankSize} vectors of ${bank.shape[1]} for each of ${queryCount}`,
          per: { what: 'queries', count: queryCount },
          rows,
          agreements: agreements(found, bank, queries),
        },
      ];
    }),
};

function rowsOf({ data, shape }: HostTensor, from: number, to: number): HostTensor {
  const width = shape[1]!;
  return hostTensor((data as Float32Array).slice(from * width, to * width), [to - from, width]);
}

async function measureSearch(
  search: NeighbourSearch,
  queries: HostTensor,
  take: (indices: Int32Array) => void,
): Promise<Samples> {
  const measured = await samples(repetitions, async () => take((await search.search(queries)).indices));
  await search.dispose();
  return measured;
}

function peerEngines(
  bank: HostTensor,
  queries: HostTensor,
  exchange: Exchange,
  take: (key: string) => (indices: Int32Array) => void,
): Engine[] {
  const shared = { bank: exchange.write('bank', bank), queries: exchange.write('queries', queries) };
  return peers
    .filter(({ module }) => pythonHas(module))
    .map(({ key, name, approximate }) => ({
      name,
      ...(!approximate && { goal: timesOurs(1) }),
      measure: () => {
        const output = exchange.pathOf(key);
        const result = runPeer('neighbours.py', { ...shared, ...repetitions, engine: key, output });
        const bytes = readFileSync(output);
        take(key)(new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)));
        return result;
      },
    }));
}

/** Against the definition, in double precision. Float32 may swap vectors at almost the same distance. */
function agreements(found: Record<string, Int32Array>, bank: HostTensor, queries: HostTensor): Agreement[] {
  const exact = nearestByDefinition(bank, queries);
  return Object.entries(found).map(([key, indices]) => {
    const isApproximate = peers.some((peer) => peer.key === key && peer.approximate);
    const least = leastRecall[isApproximate ? 'approximate' : 'exact'];
    return sameIndices(`${key} and the definition`, exact, indices, least);
  });
}

/** The nearest row of the bank for each query, by sums of squared differences in double precision. */
export function nearestByDefinition(bank: HostTensor, queries: HostTensor): Int32Array {
  const [count, width] = queries.shape as [number, number];
  const [q, m] = [queries.data, bank.data];
  return Int32Array.from({ length: count }, (_, query) => {
    let [best, least] = [-1, Infinity];
    for (let row = 0; row < bank.shape[0]!; row++) {
      let sum = 0;
      for (let c = 0; c < width && sum < least; c += 8) {
        for (let i = c; i < Math.min(c + 8, width); i++) sum += (q[query * width + i]! - m[row * width + i]!) ** 2;
      }
      if (sum < least) [best, least] = [row, sum];
    }
    return best;
  });
}
