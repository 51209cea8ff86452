/** A detector that ends the process of whoever trains it, as a fault in native code or a lack of memory would. */
import { defineDetector, z } from 'residua/plugin-api';

export const plugin = defineDetector({
  id: 'poison',
  version: '1.0.0',
  apiVersion: 2,
  title: 'Poison',
  description: 'Ends the process of whoever trains it.',
  params: z.strictObject({}),
  supervisions: ['UNSUPERVISED'],
  uses: { features: false, augmentations: [], loss: false },
  continues: false,
  stages: () => [{ name: 'training', weight: 1 }],
  check: () => [],
  train: async () => {
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => undefined);
  },
  load: () => Promise.reject(new Error('it never comes to this')),
});
