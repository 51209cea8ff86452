import { afterAll, describe, expect, it } from 'vitest';
import { builtInPlugins } from '../../plugins/index.js';
import type { TrainingImage } from '../../src/plugin-api/index.js';
import { openPlan } from '../../src/plugin-contract/openPlan.js';
import { PluginRegistry } from '../../src/plugin-host/index.js';
import { planTraining } from '../../src/services/training/trainingPlan.js';
import { ProblemError } from '../../src/shared/errors.js';
import { supervisions, type Supervision } from '../../src/shared/training.js';
import { pooledColours } from '../support/pooledColours.js';
import { tinySettings } from '../support/tinySettings.js';
import { compute, nonFinite, sampleImage } from './plugins.js';
import { tinyDetectors } from './tinyDetectors.js';
import { anomalousImages, defective, normalImages, tools } from './tinyTrainings.js';

afterAll(() => compute.dispose());

const registry = new PluginRegistry([...builtInPlugins, pooledColours]);
const detectors = registry.plugins('detector');
const trainings = detectors.flatMap((plugin) =>
  plugin.supervisions.map((supervision) => [plugin, supervision] as const),
);

/** What is wrong with a training. */
interface Input {
  params?: Record<string, unknown>;
  features?: { strides?: number[]; constant?: boolean };
  normal?: readonly TrainingImage[];
  anomalous?: readonly TrainingImage[];
}

/** Codes of problems by which somebody learns what is wrong; none where the method makes do with it and predicts finite numbers. */
async function refusal(id: string, supervision: Supervision, input: Input): Promise<string[]> {
  try {
    await trainAndPredict(id, supervision, input);
    return [];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    for (const { message } of error.problems) expect(message).toMatch(/\w+ .*\w+/);
    return error.problems.map(({ code }) => code);
  }
}

async function trainAndPredict(id: string, supervision: Supervision, { params, features, normal, anomalous }: Input) {
  const { uses } = detectors.find((plugin) => plugin.id === id)!;
  const tiny = tinyDetectors[id]!.params;
  const few = Object.fromEntries(
    Object.keys(tiny).flatMap((name) => (/^(s|headS)teps$/.test(name) ? [[name, 2]] : [])),
  );
  const choice = {
    ...{ supervision, settings: tinySettings, detector: { id, params: { ...tiny, ...few, ...params } } },
    ...(uses.features && features && { featureExtractor: { id: pooledColours.id, params: features } }),
  };
  const plan = planTraining(registry, choice, []);
  const { plugin, shared, trainingContext, close } = await openPlan(plan, supervision, { ...tools, registry });
  const images = { normalImages: normal ?? normalImages, anomalousImages: anomalous ?? anomalousImages(supervision) };
  try {
    const state = await plugin.train(trainingContext({ seed: 1, ...images }));
    const predictor = await plugin.load(state, shared);
    const { anomalyMap, anomalyScore } = await predictor.predict(defective(51));
    await predictor.dispose();
    expect(nonFinite(anomalyMap.data) + nonFinite([anomalyScore])).toBe(0);
  } finally {
    close();
  }
}

const mistakes = ['CONFIG_INVALID', 'TRAINING_DATA_INSUFFICIENT', 'PLUGIN_PARAMS_INVALID'];

describe.each(trainings.map(([plugin, supervision]) => [plugin.id, supervision, plugin] as const))(
  'detector %s, %s, refuses or bears',
  (id, supervision, plugin) => {
    const bears = async (input: Input) =>
      expect(mistakes).toEqual(expect.arrayContaining(await refusal(id, supervision, input)));

    it('one normal image', () => bears({ normal: normalImages.slice(0, 1) }));

    it('batches larger than the data', async () => {
      const { params } = registry.resolve('detector', { id }, []);
      const sizes = Object.keys(params).filter((name) => /imagesPerStep$/i.test(name));
      for (const name of sizes) await bears({ params: { [name]: 32 } });
    });

    it('features of one layer', () => bears({ features: { strides: [8] } }));

    it('layers whose strides are no powers of two apart', () => bears({ features: { strides: [8, 24] } }));

    it('features that never change', () => bears({ features: { constant: true } }));

    it.runIf(supervision !== 'UNSUPERVISED')('no labelled images', () => bears({ anomalous: [] }));

    it.runIf(supervision !== 'UNSUPERVISED')('labels that mark nothing', async () => {
      const mask = { width: 64, height: 64, data: new Uint8Array(64 * 64) };
      const anomalous = anomalousImages(supervision).map(({ id: name, filename }) => ({
        ...{ id: name, filename, load: () => Promise.resolve(sampleImage(64, 64, 3)) },
        ...(supervision === 'SUPERVISED' ? { loadMask: () => Promise.resolve(mask) } : { boxes: [] }),
      }));
      await bears({ anomalous });
    });

    it('widths that its features do not have', async () => {
      const { params } = registry.resolve('detector', { id }, []);
      const wide = ['featureDimension', 'channels'].filter((name) => name in params);
      for (const name of wide) await bears({ params: { [name]: 721 }, features: {} });
    });

    it('no supervision that it does not state', () => {
      for (const other of supervisions.filter((each) => !plugin.supervisions.includes(each))) {
        expect(() => planTraining(registry, { supervision: other, detector: { id } }, [])).toThrow('CONFIG_INVALID');
      }
    });
  },
);
