import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runChild } from '../../support/childProcess.js';
import { createTestDatabase, useDatabase } from '../../support/database.js';
import { startJobs } from '../../support/jobs.js';
import {
  augmentationSource,
  detectorSource,
  extractorSource,
  lossSource,
  residualSource,
  writePlugin,
} from '../../support/pluginPackages.js';

const database = useDatabase();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'residua-bad-plugins-'));
});
afterAll(() => rm(folder, { recursive: true }));

const pooled = `const grey = tf.avgPool(tf.mean(images, 3, true), 8, 8, 'valid'); const half = tf.concat([grey, grey, grey, grey], 3); const maps = tf.concat([half, half], 3);`;
const extractor = (id: string) => ({
  detector: { id: 'patchcore', params: { featureDimension: 8 } },
  featureExtractor: { id },
});
const semirest = (choice: object, params: object = {}) => ({
  detector: { id: 'semirest', params: { syntheticPool: 200, ...params } },
  ...choice,
});
const loss = (id: string) => semirest({ loss: { id } });
const augmentations = (ids: string[], params: object = {}) =>
  semirest({ augmentations: ids.map((id) => ({ id })) }, params);

interface Row {
  id: string;
  kind: string;
  source: string;
  choice: object;
  code: string;
  /** Parts of the message. */
  says: string[];
}

const row =
  (kind: string, source: (id: string, code: string) => string, choice: (id: string) => object) =>
  (id: string, body: string, code: string, ...says: string[]): Row => ({
    id,
    kind,
    source: source(id, body),
    choice: choice(id),
    code,
    says,
  });
const badExtractor = row('feature-extractor', extractorSource, extractor);
const badLoss = row('loss', lossSource, loss);
const badAugmentation = row('augmentation', augmentationSource, (id) => augmentations([id]));
const badResidual = row('augmentation', residualSource, (id) => augmentations(['synthetic-defect', id], { steps: 40 }));
const badDetector = row('detector', detectorSource, (id) => ({ detector: { id } }));

const violation = 'PLUGIN_CONTRACT_VIOLATION';
const rows: Row[] = [
  badExtractor(
    'fewer-channels',
    `${pooled} return [half];`,
    violation,
    'float32 [1, 8, 8, 4]',
    'declared is float32 [1, 8, 8, 8]',
  ),
  badExtractor(
    'three-axes',
    `${pooled} return [tf.mean(maps, 3)];`,
    violation,
    'float32 [1, 8, 8];',
    'declared is float32 [1, 8, 8, 8]',
  ),
  badExtractor(
    'whole-numbers',
    `${pooled} return [tf.cast(maps, 'int32')];`,
    violation,
    'int32 [1, 8, 8, 8]',
    'declared is float32',
  ),
  badExtractor(
    'finer-grid',
    `return [tf.avgPool(images, 4, 4, 'valid')];`,
    violation,
    '[1, 16, 16, 3]',
    '[1, 8, 8, 8]',
  ),
  badExtractor('no-layer', `return [];`, violation, 'gives 0 layers; 1 are declared'),
  badExtractor('two-layers', `${pooled} return [maps, maps];`, violation, 'gives 2 layers; 1 are declared'),
  badExtractor(
    'a-promise',
    `${pooled} return Promise.resolve([maps]);`,
    violation,
    'returns a promise; declared is a list of tensors',
  ),
  badExtractor(
    'gives-nan',
    `${pooled} return [tf.div(maps, tf.sub(maps, maps))];`,
    'NON_FINITE_OUTPUT',
    'gives Infinity in layer colour',
    'before the first step',
  ),
  badExtractor(
    'throws',
    `throw new Error('no key at /etc/secrets/key.pem');`,
    'PLUGIN_CRASHED',
    'before the first step',
    'no key at key.pem',
  ),
  badExtractor(
    'keeps-tensors',
    `for (let i = 0; i < 1001; i++) tf.keep(tf.scalar(i)); ${pooled} return [maps];`,
    'PLUGIN_LEAK',
    'keeps 1001 tensors',
  ),
  badLoss('no-scalar', `return tf.square(p);`, violation, 'returns float32 [8]; declared is a scalar'),
  badLoss(
    'nan-loss',
    `return tf.mul(tf.sum(p), NaN);`,
    'NON_FINITE_OUTPUT',
    'gives NaN as the loss',
    'before the first step',
  ),
  badLoss('constant-loss', `return tf.scalar(1);`, violation, 'cannot be differentiated'),
  badLoss('stepped-loss', `return tf.sum(tf.floor(p));`, violation, 'would teach nothing'),
  badLoss('greedy-loss', `return tf.sum(tf.square(p));`, violation, 'UNKNOWN or IGNORED'),
  badAugmentation('small-mask', `mask.width = 10;`, violation, 'gives as mask 10 x 64', 'declared is 64 x 64'),
  badAugmentation(
    'throws-later',
    `if (calls === 5) throw new TypeError('nothing to draw');`,
    'PLUGIN_CRASHED',
    'augmentation "throws-later" threw',
    'TypeError: nothing to draw',
  ),
  badAugmentation(
    'rejects-later',
    `if (calls === 5) void Promise.reject(new Error('lost'));`,
    'PLUGIN_CRASHED',
    'promise was rejected',
    '"rejects-later"',
    'Error: lost',
  ),
  badAugmentation(
    'keeps-more',
    `for (let i = 0; i < 20; i++) tf.keep(tf.scalar(i));`,
    'PLUGIN_LEAK',
    'augmentation "keeps-more" keeps tensors',
    'at most 1000',
  ),
  badResidual(
    'throws-at-37',
    `if (calls === 37) throw new RangeError('dice are gone');`,
    'PLUGIN_CRASHED',
    'threw in step 37 of training',
    'RangeError: dice are gone',
  ),
  badDetector(
    'throws-in-train',
    `context.steps.report({ stage: 'training', step: 3, totalSteps: 9 }); throw new Error('stuck');`,
    'PLUGIN_CRASHED',
    'detector "throws-in-train" threw in step 4 of training',
  ),
  badDetector(
    'never-ends',
    `context.steps.report({ stage: 'training', step: 1, totalSteps: 9 }); await new Promise(() => {});`,
    'STEP_TIMEOUT',
    'detector "never-ends" did not come back within 20 s in step 2 of training',
  ),
];

interface Ended {
  state: string;
  failure: { code: string; message: string; item: string } | null;
  attempt: number;
  logs: string[];
}

describe('a plugin that breaks its promises', { timeout: 300_000 }, () => {
  const ended = new Map<string, Ended>();
  let last: Ended;
  beforeAll(async () => {
    const sources: string[] = [];
    for (const { kind, id, source } of rows) sources.push(await writePlugin(folder, kind, id, source));
    const allAtOnce = semirest(
      {
        featureExtractor: { id: 'fewer-channels' },
        loss: { id: 'no-scalar' },
        augmentations: [{ id: 'small-mask' }],
      },
      { featureDimension: 8 },
    );
    const choices = [...rows.map(({ choice }) => choice), allAtOnce, { detector: { id: 'patchcore' } }];
    const child = runChild('installationChild.ts', [database.url, JSON.stringify(choices)], {
      RESIDUA_PLUGINS: sources.join(','),
      RESIDUA_STEP_TIMEOUT_SECONDS: '20',
    });
    const result = async () => {
      await child.line();
      return JSON.parse(await child.line()) as Ended;
    };
    for (const { id } of rows) ended.set(id, await result());
    ended.set('all at once', await result());
    last = await result();
    expect(await child.ended).toBe(0);
  }, 240_000);

  it.each(rows.map((each) => [each.id, each.code, each] as const))('%s: %s', (id, code, { says }) => {
    const { state, failure, attempt } = ended.get(id)!;
    expect({ state, attempt, code: failure?.code, item: failure?.item }).toEqual({
      state: 'FAILED',
      attempt: 1,
      code,
      item: id,
    });
    for (const part of says) expect(failure!.message).toContain(part);
    expect(failure!.message).not.toMatch(/\/(tmp|etc|root|home)\/| {4}at /);
  });

  it('is told of tensors that stay before the training is ended', () => {
    expect(ended.get('keeps-more')!.logs.join('\n')).toMatch(
      /keeps tensors: \d+ more than at the beginning, \d+ in all/,
    );
  });

  it('is named with all the others that do', () => {
    const { logs } = ended.get('all at once')!;
    const named = logs.filter((line) => line.startsWith(violation)).join('\n');
    for (const id of ['fewer-channels', 'no-scalar', 'small-mask']) expect(named).toContain(`"${id}"`);
  });

  it('leaves the worker able to train', () => {
    expect(last).toMatchObject({ state: 'COMPLETED', failure: null });
  });
});

describe('a plugin that loops without end', () => {
  it('fails its training with STEP_TIMEOUT, and ends its worker', { timeout: 120_000 }, async () => {
    const own = await createTestDatabase();
    const jobs = await startJobs(own.dataSource);
    try {
      const id = 'loops';
      const source = await writePlugin(folder, 'augmentation', id, augmentationSource(id, `while (calls > 1);`));
      const child = runChild('installationChild.ts', [own.url, JSON.stringify([augmentations([id])])], {
        RESIDUA_PLUGINS: source,
        RESIDUA_STEP_TIMEOUT_SECONDS: '20',
      });
      const jobId = await child.line();
      expect(await child.ended).toBe('SIGKILL');
      await jobs.queue.sweep();
      const job = await jobs.job(jobId);
      expect(job).toMatchObject({ state: 'FAILED', attempt: 1, failure: { code: 'STEP_TIMEOUT', item: id } });
      expect(job.failure!.message).toMatch(/augmentation "loops" did not come back within 20 s/);
      expect((await jobs.history(jobId)).at(-1)!.payload).toEqual({ state: 'FAILED' });
    } finally {
      await jobs.stop();
      await own.drop();
    }
  });
});
