import { ComputeFailure } from '../../shared/computeFailure.js';
import { firstLine, withoutPaths } from '../../shared/firstLine.js';

/** What failed: the engine and on what it computes. */
export interface FailedEngine {
  engine: string;
  device: 'cpu' | 'gpu';
  /** As errors name it, e.g. `ONNX Runtime`. */
  maker: string;
}

/**
 * How runtimes say that there is no memory: ONNX Runtime's arenas, C++, Vulkan and Dawn (where a buffer that could not be made is
 * "invalid due to a previous error"), CUDA, cuBLAS, and TensorFlow.
 */
const memoryWords =
  /failed to allocate|bad_alloc|out of memory|out_of_(device_|host_)?memory|ALLOC_FAILED|OOM when allocating|exceeds the max buffer size|\[Invalid Buffer\b.*\] is invalid due to a previous error/i;

/** What ONNX Runtime puts before its words: the place in its sources, the function and the condition that did not hold. */
const broken = /^\S+\.(?:cc|cpp|h|hpp):\d+ .* was false\. (?=.)/;

/**
 * What a runtime threw while it ran or loaded a function, as an error that says whose fault it is.
 * @returns a ComputeFailure for want of memory and for what goes wrong on a GPU; otherwise an Error that names the function.
 */
export function engineFailure({ engine, device, maker }: FailedEngine, name: string, error: unknown): Error {
  const first = firstLine(error);
  const onGpu = device === 'gpu';
  if (memoryWords.test(first)) {
    const asked = /buffer (?:of )?size \(?(\d+)/i.exec(first)?.[1];
    const more = asked === undefined ? '' : `, ${shownBytes(Number(asked))} for one tensor`;
    const where = onGpu ? `the GPU (${engine})` : 'this machine';
    return new ComputeFailure('OUT_OF_MEMORY', `"${name}" needs more memory than ${where} has left${more}`, onGpu);
  }
  if (onGpu)
    return new ComputeFailure(
      'COMPUTE_FAILED',
      `the GPU (${engine}) failed in "${name}": ${withoutPaths(first.replace(broken, ''))}`,
      true,
    );
  return new Error(`"${name}" failed in ${maker}: ${first}`, { cause: error });
}

/** @throws ComputeFailure OUT_OF_MEMORY when something takes more than it may. @param parts its bytes, by what they are for. @param bytes it may take. */
export function requireRoom(name: string, parts: Readonly<Record<string, number>>, bytes: number): void {
  const total = Object.values(parts).reduce((sum, size) => sum + size, 0);
  if (total <= bytes) return;
  const words = Object.entries(parts)
    .map(([what, size]) => `${what} ${shownBytes(size)}`)
    .join(', ');
  const message = `"${name}" needs about ${shownBytes(total)} (${words}); it may take ${shownBytes(bytes)} (RESIDUA_COMPUTE_BYTES)`;
  throw new ComputeFailure('OUT_OF_MEMORY', message, false);
}

/** e.g. `1.5 GiB`. */
export function shownBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  const size = bytes / 1024 ** step;
  return `${step > 0 && size < 100 ? size.toFixed(1) : Math.round(size)} ${units[step]}`;
}
