import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
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
    // As `npm install residua` beside it would.
    mkdirSync(path.join(folder, 'node_modules'));
    symlinkSync(root, path.join(folder, 'node_modules/residua'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is loaded, listed with its parameters, recorded with its digest and trained on', async () => {
    const child = runChild('pluginChild.ts', [path.join(folder, 'gabor-features')]);
    const found = JSON.parse(await child.line()) as {
      listing: { id: string; available: boolean; paramsSchema: { properties: Record<string, unknown> } };
      record: { id: string; version: string; digest: string; params: unknown };
      bank: number[];
      scores: { normal: number; anomalous: number };
    };
    expect(await child.ended).toBe(0);
    expect(found.listing).toMatchObject({ id: 'gabor', available: true });
    expect(Object.keys(found.listing.paramsSchema.properties)).toEqual(['orientations', 'wavelength']);
    expect(found.record).toMatchObject({ id: 'gabor', version: '1.0.0', params: { orientations: 6, wavelength: 4 } });
    expect(found.record.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(found.bank).toEqual([(4 * 16 * 16) / 2, 24]);
    expect(found.scores.anomalous).toBeGreaterThan(2 * found.scores.normal);
  });

  it.each(['package.json', 'index.js'])('is shown in the documentation as it is: %s', (file) => {
    const documentation = readFileSync(path.join(root, 'docs/plugins.md'), 'utf8');
    expect(documentation).toContain(readFileSync(path.join(example, file), 'utf8'));
  });
});
