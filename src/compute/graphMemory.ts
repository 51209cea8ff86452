import { bytesOf, type Graph, type GraphNode } from './tracer/graph.js';

/** Bytes that a graph takes, estimated from its shapes alone. */
export interface GraphMemory {
  /** Constants: weights that are not trained. */
  constants: number;
  /** What moves on from run to run: parameters, the optimiser's moments, averages. Two sets, one being read while the other is written. */
  state: number;
  /** Other inputs and outputs. */
  passed: number;
  /** The most that is held at one time of what is computed in between. */
  between: number;
  total: number;
}

/** Give what they are given under another shape: no memory of their own. */
const views: readonly string[] = ['Reshape', 'Identity', 'Squeeze', 'Unsqueeze', 'Flatten'];

/**
 * What running a graph takes, its nodes one after the other and each result let go after its last reader. A runtime may do better
 * (results in the place of operands, nodes made one) or worse (an arena grows in steps, a convolution wants room of its own).
 * @param stateCount how many of the first inputs, and of the first outputs, are the state.
 */
export function graphMemory(graph: Graph, stateCount: number): GraphMemory {
  const sum = (sizes: readonly number[]) => sizes.reduce((whole, size) => whole + size, 0);
  const constants =
    sum(graph.initializers.map(({ values }) => values.byteLength)) +
    sum(graph.foreignInitializers.map(({ proto }) => (proto as { rawData?: Uint8Array }).rawData?.byteLength ?? 0));
  const inputs = graph.inputs.map(bytesOf);
  const outputs = graph.outputs.map(bytesOf);
  const state = 2 * sum(inputs.slice(0, stateCount));
  const passed = sum(inputs.slice(stateCount)) + sum(outputs.slice(stateCount));
  const between = mostHeld(graph);
  return { constants, state, passed, between, total: constants + state + passed + between };
}

/** The peak of what nodes give, without the outputs of the graph, which are written into arrays that are there. */
function mostHeld({ nodes, outputs, sizes }: Graph): number {
  const sourceOf = sources(nodes);
  const lastReader = new Map<string, number>();
  nodes.forEach(({ inputs }, i) => inputs.forEach((name) => lastReader.set(sourceOf(name), i)));
  const isOutput = new Set(outputs.map(({ name }) => sourceOf(name)));
  const endsAt = new Map<number, number>();
  let [held, most] = [0, 0];
  nodes.forEach((node, i) => {
    for (const name of node.outputs) {
      const end = lastReader.get(name);
      if (sourceOf(name) !== name || isOutput.has(name) || end === undefined) continue;
      const bytes = sizes.get(name) ?? 0;
      held += bytes;
      endsAt.set(end, (endsAt.get(end) ?? 0) + bytes);
    }
    most = Math.max(most, held);
    held -= endsAt.get(i) ?? 0;
  });
  return most;
}

/** What a name is a view of: itself, for all but views. */
function sources(nodes: readonly GraphNode[]): (name: string) => string {
  const viewed = new Map<string, string>();
  const sourceOf = (name: string) => viewed.get(name) ?? name;
  for (const { op, inputs, outputs } of nodes) {
    if (views.includes(op)) viewed.set(outputs[0]!, sourceOf(inputs[0]!));
  }
  return sourceOf;
}
