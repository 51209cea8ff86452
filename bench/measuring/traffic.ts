import type { CompiledFunction, Compute, HostTensor, StatefulFunction } from '../../src/shared/compute.js';

/** What crossed the border of an engine, in bytes. */
export interface Traffic {
  /** Of the last run of a function: what it was given, and what it gave back. */
  lastRun: number;
  /** Of the state of the last function with one, which stays. */
  state: number;
}

/** The same engine, whose functions with a state say what crosses when they run. */
export function countingTraffic(compute: Compute): { compute: Compute; traffic: Traffic } {
  const traffic: Traffic = { lastRun: 0, state: 0 };
  const compile = async (...definition: Parameters<Compute['compile']>) => {
    const compiled: CompiledFunction | StatefulFunction = await compute.compile(...definition);
    const [, , specs] = definition;
    if (!('state' in specs)) return compiled;
    traffic.state = bytesOf(specs.state);
    const run: CompiledFunction['run'] = async (inputs, outputs) => {
      const results = await compiled.run(inputs, outputs);
      traffic.lastRun = bytesOf(inputs) + bytesOf(results);
      return results;
    };
    return new Proxy(compiled, { get: (of, key) => (key === 'run' ? run : bound(of, key)) });
  };
  return { compute: new Proxy(compute, { get: (of, key) => (key === 'compile' ? compile : bound(of, key)) }), traffic };
}

function bytesOf(tensors: readonly HostTensor[]): number {
  return tensors.reduce((sum, { data }) => sum + data.byteLength, 0);
}

function bound(of: object, key: string | symbol): unknown {
  const value: unknown = Reflect.get(of, key);
  return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(of) : value;
}
