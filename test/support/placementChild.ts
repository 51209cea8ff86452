import type { InferenceSession } from 'onnxruntime-node';
import { OnnxRuntimeCompute, type OnnxRuntimeEngine } from '../../src/compute/engines/onnxruntime.js';
import { registry } from '../contract/plugins.js';
import { fewSteps } from '../contract/tinyDetectors.js';
import { defective, predict, train } from '../contract/tinyTrainings.js';

/**
 * Opens every graph on the engine's provider, so that ONNX Runtime writes to standard error what of it goes where, and computes on the
 * processor: nothing is compiled for the GPU, which takes minutes on one in software.
 */
class PlacedCompute extends OnnxRuntimeCompute {
  /** Whose graphs they are. */
  detector = '';

  protected override async openSession(name: string, model: Uint8Array): Promise<InferenceSession> {
    const placed = await super.openSession(name, model, { logId: `${this.detector}/${name}`, logSeverityLevel: 0 });
    await placed.release();
    return super.openSession(name, model, { executionProviders: ['cpu'] });
  }
}

/** Two steps and a prediction of every detector, by every supervision. */
const [engine] = process.argv.slice(2);
const compute = new PlacedCompute({ engine: engine as OnnxRuntimeEngine, reason: 'to see what of it goes where' });
for (const { id, supervisions } of registry.plugins('detector')) {
  compute.detector = id;
  for (const supervision of supervisions) {
    console.log(`${id}, ${supervision}`);
    const { plan, state } = await train(id, supervision, 1, { params: fewSteps(id), compute });
    await predict(plan, state, defective(51), undefined, compute);
  }
}
await compute.dispose();
