import * as tf from '@tensorflow/tfjs-core';
import type { DataId, DataType } from '@tensorflow/tfjs-core';

/** Bytes that went to a backend and came back. */
export interface Traffic {
  uploaded: number;
  downloaded: number;
}

/**
 * Registers a tfjs backend that computes as `cpu` does and counts what crosses its border: tensors made of arrays, and tensors
 * read. What its kernels do inside is not counted.
 */
export function countedBackend(name: string): Traffic {
  const traffic: Traffic = { uploaded: 0, downloaded: 0 };
  const cpu = tf.findBackend('cpu');
  const counted: Partial<Record<string, unknown>> = {
    write: (values: ArrayLike<number>, shape: number[], dtype: DataType) => {
      traffic.uploaded += bytesOf(values.length, dtype);
      return cpu.write(values as Float32Array, shape, dtype);
    },
    read: async (dataId: DataId) => downloaded(await cpu.read(dataId)),
    readSync: (dataId: DataId) => downloaded(cpu.readSync(dataId)),
  };
  const downloaded = (values: tf.TypedArray | Uint8Array[]) => {
    traffic.downloaded += (values as tf.TypedArray).byteLength;
    return values;
  };
  const backend = new Proxy(cpu, {
    get: (target, property) => {
      if (property in counted) return counted[property as string];
      const value = Reflect.get(target, property) as unknown;
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  tf.registerBackend(name, () => backend);
  for (const kernel of tf.getKernelsForBackend('cpu')) {
    tf.registerKernel({
      ...kernel,
      backendName: name,
      kernelFunc: (call) => kernel.kernelFunc({ ...call, backend: cpu }),
    });
  }
  return traffic;
}

function bytesOf(count: number, dtype: DataType): number {
  return count * (dtype === 'bool' ? 1 : 4);
}
