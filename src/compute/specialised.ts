import type {
  CompiledFunction,
  HostTensor,
  SpecialisedFunction,
  TensorFunction,
  TensorSpec,
} from '../shared/compute.js';

/** What compiles the graphs. */
export interface Compiler {
  compile(name: string, fn: TensorFunction, inputs: readonly TensorSpec[]): Promise<CompiledFunction>;
}

/**
 * Compiles a function anew for each combination of input shapes and keeps the `limit` most recently used graphs. Graphs
 * that fall out, or are held at {@link dispose}, are released once their last run has ended.
 */
export class ShapeSpecialised implements SpecialisedFunction {
  private readonly graphs = new Map<string, Promise<CompiledFunction>>();
  private readonly running = new Map<Promise<CompiledFunction>, number>();
  private readonly retired = new Set<Promise<CompiledFunction>>();
  private disposed = false;

  constructor(
    private readonly compute: Compiler,
    private readonly name: string,
    private readonly fn: TensorFunction,
    private readonly limit: number,
  ) {
    if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`limit must be a positive integer, got ${limit}`);
  }

  /** @throws Error after {@link dispose}. */
  async run(inputs: readonly HostTensor[], outputs?: readonly HostTensor[]): Promise<HostTensor[]> {
    if (this.disposed) throw new Error(`"${this.name}" was disposed`);
    const graph = this.graphFor(inputs);
    this.running.set(graph, (this.running.get(graph) ?? 0) + 1);
    try {
      return await (await graph).run(inputs, outputs);
    } finally {
      await this.leave(graph);
    }
  }

  private graphFor(inputs: readonly HostTensor[]): Promise<CompiledFunction> {
    const key = inputs.map(({ shape, dtype }) => `${dtype}[${shape.join(',')}]`).join(' ');
    const known = this.graphs.get(key);
    const graph =
      known ??
      this.compute.compile(
        this.name,
        this.fn,
        inputs.map(({ shape, dtype }) => ({ shape, dtype })),
      );
    // Insertion order is age: put the one in use last.
    this.graphs.delete(key);
    this.graphs.set(key, graph);
    if (!known) {
      graph.catch(() => this.graphs.delete(key));
      for (const [oldest, old] of [...this.graphs].slice(0, -this.limit)) {
        this.graphs.delete(oldest);
        void this.retire(old);
      }
    }
    return graph;
  }

  private async leave(graph: Promise<CompiledFunction>): Promise<void> {
    const left = this.running.get(graph)! - 1;
    if (left > 0) {
      this.running.set(graph, left);
      return;
    }
    this.running.delete(graph);
    if (this.retired.has(graph)) await this.release(graph);
  }

  private async retire(graph: Promise<CompiledFunction>): Promise<void> {
    if (this.running.has(graph)) this.retired.add(graph);
    else await this.release(graph);
  }

  private async release(graph: Promise<CompiledFunction>): Promise<void> {
    this.retired.delete(graph);
    const compiled = await graph.catch(() => undefined);
    await compiled?.dispose();
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    const held = [...this.graphs.values()];
    this.graphs.clear();
    await Promise.all(held.map((graph) => this.retire(graph)));
  }
}
