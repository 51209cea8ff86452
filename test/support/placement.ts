import { spawnSync } from 'node:child_process';
import { closeSync, createReadStream, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Where the nodes of a graph are computed. */
export interface Placement {
  /** `<detector>/<name of the function>`. */
  graph: string;
  nodes: number;
  /** Copies from and to the processor, which are no nodes of ours. */
  copies: number;
  /** How many of which operators are computed on the processor. */
  onProcessor: Readonly<Record<string, number>>;
}

/** What becomes of the graphs of every detector on an engine of ONNX Runtime. @throws Error where it cannot be started, or does not say. */
export async function placements(engine: string, env: NodeJS.ProcessEnv): Promise<Placement[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'residua-placement-'));
  const log = path.join(folder, 'log');
  try {
    const child = fileURLToPath(new URL('placementChild.ts', import.meta.url));
    const flags = ['--conditions=residua-source', '--import', 'tsx'];
    // A file, because the runtime writes faster than a pipe is read, and drops the rest.
    const file = openSync(log, 'w');
    const { status } = spawnSync(process.execPath, [...flags, child, engine], {
      stdio: ['ignore', 'inherit', file],
      env: { ...env, TMPDIR: folder, RESIDUA_COMPUTE: 'onnxruntime' },
    });
    closeSync(file);
    const lines = createInterface({ input: createReadStream(log) });
    if (status === 0) {
      const found = await readPlacements(lines);
      if (found.length > 0) return found;
      throw new Error('ONNX Runtime does not say in the words of version 1.30 where it computes what');
    }
    const own: string[] = [];
    for await (const line of lines) if (!line.includes(':onnxruntime:')) own.push(line);
    throw new Error(own.slice(-20).join('\n'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const logged = /\[\w:onnxruntime:(.*), session_state\.cc:\d+ \w+\]\s+(.*)$/;
const placed = /^(?:All nodes|Node\(s\)) placed on \[(\w+)\]\. Number of nodes: (\d+)/;

/** Reads what ONNX Runtime logs at level 0 when it opens a session, e.g. `Node(s) placed on [CPUExecutionProvider]. Number of nodes: 2`. */
export async function readPlacements(lines: AsyncIterable<string> | Iterable<string>): Promise<Placement[]> {
  const found: (Placement & { onProcessor: Record<string, number> })[] = [];
  let provider: string | undefined;
  for await (const line of lines) {
    const [, graph, text] = logged.exec(line) ?? [];
    if (graph === undefined || text === undefined) continue;
    if (text === 'Node placements') found.push({ graph, nodes: 0, copies: 0, onProcessor: {} });
    const current = found.at(-1);
    if (!current) continue;
    const group = placed.exec(text);
    const node = /^(\w+) \(.*\)$/.exec(text)?.[1];
    if (group) {
      provider = group[1];
      current.nodes += Number(group[2]);
    } else if (node?.startsWith('Memcpy')) {
      current.nodes -= 1;
      current.copies += 1;
    } else if (node !== undefined && provider === 'CPUExecutionProvider') {
      current.onProcessor[node] = (current.onProcessor[node] ?? 0) + 1;
    }
  }
  return found;
}

/** A table in Markdown, a row a detector; a graph that is opened again counts once. */
export function placementTable(found: readonly Placement[]): string {
  const graphs = [...new Map(found.map((each) => [JSON.stringify(each), each])).values()];
  const detectors = [...new Set(graphs.map(detectorOf))];
  const rows = detectors.map((detector) => {
    const own = graphs.filter((each) => detectorOf(each) === detector);
    const sum = (of: (each: Placement) => number) => own.reduce((total, each) => total + of(each), 0);
    const cells = [own.length, sum(({ nodes }) => nodes), sum(countOnProcessor), sum(({ copies }) => copies)];
    const where = own.filter((each) => countOnProcessor(each) > 0).map(shown);
    return `| \`${detector}\` | ${cells.join(' | ')} | ${[...new Set(where)].join('; ')} |`;
  });
  return [
    '| detector | graphs | nodes | on the processor | copies | which |',
    '|---|--:|--:|--:|--:|---|',
    ...rows,
  ].join('\n');
}

const detectorOf = ({ graph }: Placement) => graph.slice(0, graph.indexOf('/'));
const countOnProcessor = ({ onProcessor }: Placement) =>
  Object.values(onProcessor).reduce((total, count) => total + count, 0);

function shown({ graph, onProcessor }: Placement): string {
  const counts = Object.entries(onProcessor).map(([operator, count]) => `${count} ${operator}`);
  return `${graph.slice(graph.indexOf('/') + 1)}: ${counts.join(', ')}`;
}
