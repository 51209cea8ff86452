import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { ManagedProcess } from '../../src/cli/processes/managedProcess.js';

/** What Prometheus would read, by name; labels are part of the name. */
export type Measures = ReadonlyMap<string, number>;

/** What the process was at its worst while it was watched. */
export interface Worst {
  eventLoopLagMilliseconds: number;
  residentBytes: number;
}

/** What a process holds once its garbage is collected. */
export interface Holdings {
  heapBytes: number;
  fileDescriptors: number;
  /** Only workers have them. */
  tensors: number | undefined;
}

/** An API or a worker, in a process of its own, with what it measures about itself. */
export class MeasuredProcess {
  private constructor(
    private readonly process: ManagedProcess,
    private readonly metricsPort: number,
    /** Where the API listens. */
    readonly url: string,
  ) {}

  static async start(name: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<MeasuredProcess> {
    const port = await freePort();
    const preload = `--import ${new URL('collectGarbage.js', import.meta.url).href}`;
    const process = ManagedProcess.start(name, args, {
      env: { ...env, RESIDUA_METRICS_PORT: String(port), RESIDUA_LOG_LEVEL: 'error', NODE_OPTIONS: preload },
    });
    const { url } = await process.ready;
    return new MeasuredProcess(process, port, url ?? '');
  }

  async measures(): Promise<Measures> {
    const text = await (await fetch(`http://127.0.0.1:${this.metricsPort}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
    );
  }

  async holdings(): Promise<Holdings> {
    for (let i = 0; i < 3; i++) {
      process.kill(this.process.pid!, 'SIGUSR2');
      await pause(500);
    }
    const measures = await this.measures();
    return {
      heapBytes: measures.get('nodejs_heap_size_used_bytes')!,
      fileDescriptors: measures.get('process_open_fds')!,
      tensors: measures.get('residua_tensors'),
    };
  }

  /**
   * Looks every second what the process is like. Every look forgets the lags before it: only one may watch.
   * @param saw called with each look.
   * @returns what ends it and tells.
   */
  async watch(saw: (measures: Measures) => void = () => undefined): Promise<() => Promise<Worst>> {
    await this.measures();
    const worst: Worst = { eventLoopLagMilliseconds: 0, residentBytes: 0 };
    const look = async () => {
      const measures = await this.measures();
      const lag = measures.get('nodejs_eventloop_lag_max_seconds')! * 1000;
      worst.eventLoopLagMilliseconds = Math.max(worst.eventLoopLagMilliseconds, lag);
      worst.residentBytes = Math.max(worst.residentBytes, measures.get('process_resident_memory_bytes')!);
      saw(measures);
    };
    const end = new AbortController();
    const watching = (async () => {
      while (!end.signal.aborted) {
        await pause(1000, undefined, { signal: end.signal }).catch(() => undefined);
        await look();
      }
    })();
    return async () => {
      end.abort();
      await watching;
      return worst;
    };
  }

  stop(): Promise<void> {
    return this.process.stop();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
