import { afterAll, describe, expect, it } from 'vitest';
import { featureExtractorRules } from '../../src/plugin-contract/index.js';
import { planTraining } from '../../src/services/training/trainingPlan.js';
import { networkLayers } from '../support/onnxFiles.js';
import { holdTo } from './holdTo.js';
import { compute, registry } from './plugins.js';

afterAll(() => compute.dispose());

/** Parameters without a default, for the files of `randomModelFile`. */
const needed: Partial<Record<string, Record<string, unknown>>> = {
  onnx: { model: { file: 'network.onnx' }, layers: networkLayers },
};

holdTo('feature-extractor', featureExtractorRules, needed);

describe.each(registry.plugins('feature-extractor').map((plugin) => [plugin.id, plugin] as const))(
  'feature extractor %s',
  (id, plugin) => {
    it('has image sizes that it cannot take refused with a hint', () => {
      const choice = { id, params: needed[id] ?? {} };
      const imageSize = 8 * plugin.sizeMultiple + 1;
      const plan = () =>
        planTraining(registry, { supervision: 'UNSUPERVISED', featureExtractor: choice, settings: { imageSize } }, []);
      expect(plan).toThrow(`needs a multiple of ${plugin.sizeMultiple}`);
    });
  },
);
