import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RuleOutcome } from '../../../src/plugin-contract/index.js';
import { detectorSource, writePlugin } from '../../support/pluginPackages.js';
import { residua } from '../../support/residuaProcesses.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'residua-check-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function checked(source: string) {
  const { code, out, err } = await residua(['plugins', 'check', source, '--json'], { RESIDUA_HOME: folder });
  if (out === '') throw new Error(err);
  return { code, outcomes: JSON.parse(out) as RuleOutcome[] };
}

/** A detector that scores darkness. @param random what its state holds. @param signal what it does at its end. */
const darkness = (id: string, random: string, signal: string) =>
  detectorSource(
    id,
    `const { steps } = context;
    ${signal}
    steps.report({ stage: 'training', step: 1, totalSteps: 1 });
    return { tensors: { level: { dtype: 'float32', shape: [1], data: Float32Array.of(${random}) } }, metadata: {} };`,
  ).replace(
    /load: async .*/,
    `load: async () => ({ dispose: async () => {}, predict: async ({ width, height, data }) => {
      const map = Float32Array.from({ length: width * height }, (_, i) => 255 - data[3 * i]);
      return { anomalyMap: { width, height, data: map }, anomalyScore: Math.max(...map) };
    } }),`,
  );

describe('residua plugins check', () => {
  it('finds every rule kept by a detector from outside that keeps them', async () => {
    const source = darkness('kept', 'steps.random.normal()', 'steps.signal.throwIfAborted();');
    const { code, outcomes } = await checked(await writePlugin(folder, 'detector', 'kept', source));
    expect(outcomes.flatMap(({ problems }) => problems)).toEqual([]);
    expect(outcomes.length).toBeGreaterThanOrEqual(5);
    expect(code).toBe(0);
  });

  it('names each rule that is broken, and ends with 1', async () => {
    const source = darkness('broken', 'Math.random()', '');
    const { code, outcomes } = await checked(await writePlugin(folder, 'detector', 'broken', source));
    const broken = outcomes.filter(({ problems }) => problems.length > 0);
    expect(broken).toEqual([
      { rule: 'gives the same state for the same seed', problems: ['UNSUPERVISED: these tensors differ: level'] },
      {
        rule: 'stops when it is told to',
        problems: ['UNSUPERVISED: told to stop before it begins: it trains to the end'],
      },
    ]);
    expect(code).toBe(1);
  });

  it('says why a plugin that does not load cannot be checked', async () => {
    const place = await writePlugin(folder, 'detector', 'thrown', 'throw new Error("no licence found");');
    const { code, err } = await residua(['plugins', 'check', place], { RESIDUA_HOME: folder });
    expect(err).toContain('no licence found');
    expect(code).toBe(1);
  });
});
