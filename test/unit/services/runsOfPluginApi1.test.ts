import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { paramsAsSettings } from '../../../migrations/1765000700002-settingsAsParams.js';
import { builtInPlugins } from '../../../plugins/index.js';
import { settingsAsParams } from '../../../src/database/settingsAsParams.js';
import { PluginRegistry, type PluginRecord } from '../../../src/plugin-host/index.js';
import { readManifest } from '../../../src/services/model-bundles/manifest.js';
import { planTraining } from '../../../src/services/training/trainingPlan.js';
import type { Supervision } from '../../../src/shared/training.js';

interface RecordedRun {
  supervision: Supervision;
  detector: PluginRecord;
  featureExtractor: PluginRecord;
  augmentations: PluginRecord[];
  loss: PluginRecord | null;
  settings: Record<string, unknown>;
}

/** Runs of the preset `cpu-small`, as version 1 of the plugin API recorded them: 29 settings for every method. */
const recorded = JSON.parse(
  readFileSync(new URL('../../fixtures/runsOfPluginApi1.json', import.meta.url), 'utf8'),
) as Record<string, RecordedRun>;
const registry = new PluginRegistry(builtInPlugins);

/** Whose presets were given other values since: their runs keep what they recorded. */
const withOtherPresets = ['simplenet', 'devnet', 'patchcore', 'semirest'];

describe.each(Object.entries(recorded))('a run of %s that recorded all settings', (id, run) => {
  const now = settingsAsParams(run);

  it('is the run that its preset gives today', () => {
    const { supervision } = run;
    const plan = planTraining(registry, { supervision, detector: { id } }, []);
    expect(now.settings).toEqual(plan.settings);
    const opened = registry.resolveRecord('detector', now.detector);
    if (withOtherPresets.includes(id)) expect(opened.params).toMatchObject(now.detector.params);
    else expect(opened.params).toEqual(plan.detector.params);
  });

  it('finds its plugins, although they state other parameters now', () => {
    const { featureExtractor, augmentations, loss } = now;
    expect(registry.resolveRecord('feature-extractor', featureExtractor).plugin.id).toBe('mobilenet-v3');
    for (const each of augmentations) expect(registry.resolveRecord('augmentation', each).plugin.id).toBe(each.id);
    if (loss) expect(registry.resolveRecord('loss', loss).params).toEqual(loss.params);
  });

  it('is what it was when the migration is reverted', () => {
    const before = paramsAsSettings(now);
    const { settings, detector } = run;
    expect(before.detector).toEqual(detector);
    // What the detector never read is as in the preset without labels.
    for (const name of Object.keys(now.detector.params)) {
      if (name in settings) expect([name, before.settings[name]]).toEqual([name, settings[name]]);
    }
    expect(Object.keys(before.settings).sort()).toEqual(Object.keys(settings).sort());
  });
});

describe('what cannot be said as a parameter', () => {
  it('is refused by name where a model depended on it', () => {
    const { patchcore } = recorded as { patchcore: RecordedRun };
    const run = settingsAsParams({ ...patchcore, settings: { ...patchcore.settings, tokenPatchSize: 2 } });
    expect(() => registry.resolveRecord('detector', run.detector)).toThrow('tokenPatchSize');
  });

  it('goes where no method read it', () => {
    const { padim } = recorded as { padim: RecordedRun };
    const run = settingsAsParams({ ...padim, settings: { ...padim.settings, swinBlocks: 7 } });
    expect(run.detector.params).toEqual({ channels: 100, regularisation: 0.01 });
  });

  it('stays with a detector that is not known', () => {
    const settings = { imageSize: 64, smoothingSigma: 0, steps: 3, bagging: true };
    const run = settingsAsParams({ detector: { id: 'foreign', params: { steps: 9 } }, settings });
    expect(run).toEqual({
      detector: { id: 'foreign', params: { steps: 9, bagging: true } },
      settings: { imageSize: 64, smoothingSigma: 0 },
    });
  });
});

describe('a bundle of the layout before', () => {
  const manifest = ({ supervision, ...run }: RecordedRun, change: object = {}) =>
    JSON.stringify({
      ...{ format: 'residua-model', formatVersion: 1, model: 'tiles', version: 3, supervision, labels: null, seed: 7 },
      ...{ preset: 'cpu-small', ...run, environment: {}, tags: [], imageThreshold: 1, pixelThreshold: null },
      snapshot: {
        digest: 'a'.repeat(64),
        counts: { images: 1, normal: 1, anomalous: 0, unlabelled: 0, train: 1, validation: 0, test: 0 },
      },
      thresholdPolicy: {
        ...{ kind: 'MANUAL', imageQuantile: null, pixelQuantile: null, split: null, author: null },
        chosenAt: '2026-01-01T00:00:00.000Z',
      },
      calibration: null,
      state: { file: 'detector.safetensors', sha256: 'b'.repeat(64), bytes: 9 },
      ...change,
    });

  it.each(Object.entries(recorded))('of %s is read as one of now', (_id, run) => {
    const read = readManifest(manifest(run), 'tiles.zip');
    const { detector, settings } = settingsAsParams(run);
    expect(read).toMatchObject({ formatVersion: 2, settings, detector });
  });

  it('is refused where a setting is out of its range, and of a later layout', () => {
    const { padim } = recorded as { padim: RecordedRun };
    const wrong = { ...padim, settings: { ...padim.settings, imageSize: 0 } };
    expect(() => readManifest(manifest(wrong), 'tiles.zip')).toThrow('/settings/imageSize');
    expect(() => readManifest(manifest(padim, { formatVersion: 3 }), 'tiles.zip')).toThrow(
      'its layout has version 3; versions 1 and 2 are read',
    );
  });
});
