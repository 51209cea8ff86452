import { backend, getBackend, setBackend } from '@tensorflow/tfjs-core';
import { firstLine } from '../../shared/firstLine.js';
import { EagerCompute } from './eager.js';
import { mendKernels } from './mendedKernels.js';

/** Packages that bring TensorFlow's own kernels, the one with CUDA first. Both are optional. */
const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

interface TensorFlowBackend {
  binding?: { TF_Version?: string; isUsingGpuDevice?: () => boolean };
}

/**
 * The eager engine on TensorFlow, where `@tensorflow/tfjs-node-gpu` or `@tensorflow/tfjs-node` is installed and loads.
 * @throws Error naming both packages and why neither could be loaded.
 */
export async function createTensorFlowCompute(reason: string): Promise<EagerCompute> {
  const failures: string[] = [];
  // Importing a package registers its backend and makes it the active one; ours shall stay it.
  const previous = getBackend();
  for (const name of packages) {
    try {
      const module = (await import(name)) as { version?: Record<string, string> };
      const environment = await tensorFlowEnvironment(name, module.version?.['tfjs-node'] ?? '', reason);
      if (previous) await setBackend(previous);
      mendKernels('tensorflow');
      return new EagerCompute('tensorflow', 'tensorflow', environment);
    } catch (error) {
      failures.push(`${name}: ${firstLine(error)}`);
    }
  }
  throw new Error(
    `the engine "tensorflow" needs ${packages.join(' or ')}, and neither can be loaded ` +
      `(${failures.join('; ')}); install one (\`npm install ${packages[0]}\`) or set RESIDUA_COMPUTE=onnxruntime`,
  );
}

async function tensorFlowEnvironment(packageName: string, version: string, reason: string) {
  if (!(await setBackend('tensorflow'))) throw new Error('its backend does not start');
  const { binding } = backend() as unknown as TensorFlowBackend;
  const device = binding?.isUsingGpuDevice?.() ? 'gpu' : 'cpu';
  return { engine: 'tensorflow', package: packageName, version, tensorflow: binding?.TF_Version ?? '', device, reason };
}
