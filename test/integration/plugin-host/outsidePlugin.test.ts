import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runChild } from '../../support/childProcess.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const example = path.join(root, 'examples/gabor-features');

describe('a plugin from outside the repository', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'residua-plugin-'));
    cpSync(example, path.join(folder, 'gabor-features'), { recursive: true });
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is loaded, listed with its parameters, recorded with its digest and trained on', async () => {
    const found = await trainedOn('gabor-features', { orientations: 6 });
    expect(found.listing).toMatchObject({ id: 'gabor', available: true });
    expect(Object.keys(found.listing.paramsSchema.properties)).toEqual(['orientations', 'wavelength']);
    expect(found.record).toMatchObject({ id: 'gabor', version: '1.0.0', params: { orientations: 6, wavelength: 4 } });
    expect(found.record.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(found.bank).toEqual([(4 * 16 * 16) / 2, 24]);
    expect(found.scores.anomalous).toBeGreaterThan(2 * found.scores.normal);
  });

  it('is what README.md shows, exported by the name that is looked for', async () => {
    const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
    const source = /^```ts\n(import \{ defineFeatureExtractor[\s\S]*?)^```/m.exec(readme)![1]!;
    mkdirSync(path.join(folder, 'colours'));
    const residua = { kind: 'feature-extractor', apiVersion: 2, entry: './index.js' };
    const manifest = { name: 'colours', version: '1.0.0', type: 'module', residua };
    writeFileSync(path.join(folder, 'colours/package.json'), JSON.stringify(manifest));
    writeFileSync(path.join(folder, 'colours/index.js'), source);
    const found = await trainedOn('colours', {});
    expect(found.listing).toMatchObject({ id: 'colours', available: true });
    expect(found.bank).toEqual([(4 * 8 * 8) / 2, 4]);
    expect(found.scores.anomalous).toBeGreaterThan(found.scores.normal);
  });

  async function trainedOn(plugin: string, params: object) {
    const child = runChild('pluginChild.ts', [path.join(folder, plugin), JSON.stringify(params)]);
    const found = JSON.parse(await child.line()) as {
      listing: { id: string; available: boolean; paramsSchema: { properties: Record<string, unknown> } };
      record: { id: string; version: string; digest: string; params: unknown };
      bank: number[];
      scores: { normal: number; anomalous: number };
    };
    expect(await child.ended).toBe(0);
    return found;
  }

  it.each(['package.json', 'index.js'])('is shown in the documentation as it is: %s', (file) => {
    const documentation = readFileSync(path.join(root, 'docs/plugins.md'), 'utf8');
    expect(documentation).toContain(readFileSync(path.join(example, file), 'utf8'));
  });
});
