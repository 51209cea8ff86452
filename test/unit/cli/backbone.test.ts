import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { residuaProgram } from '../../../src/cli/program.js';

const weights = Buffer.alloc(300_000, 'weights ');
const sha256 = createHash('sha256').update(weights).digest('hex');
const server = createServer((_, response) => response.end(weights));
let home: string;
let url: string;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'residua-home-'));
  vi.stubEnv('RESIDUA_HOME', home);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/wrn.safetensors`;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await new Promise((resolve) => server.close(resolve));
  await rm(home, { recursive: true });
});

async function residua(...args: string[]): Promise<string> {
  let text = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    await residuaProgram().parseAsync(['node', 'residua', 'backbone', ...args]);
    return text;
  } finally {
    spy.mockRestore();
  }
}

interface Listed {
  id: string;
  state: string;
  bytes: number | null;
}
const listed = async () => JSON.parse(await residua('list', '--json')) as Listed[];

describe('residua backbone', () => {
  test('lists every feature extractor, fetches weights with progress, and finds them there afterwards', async () => {
    expect(await listed()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: 'mobilenet-v3', state: 'not needed' }),
        expect.objectContaining({ id: 'wide-resnet50', state: 'missing', bytes: null }),
      ]),
    );
    const text = await residua('fetch', 'wide-resnet50', '--url', url, '--sha256', sha256.toUpperCase());
    expect(text).toContain('wide-resnet50.safetensors 0.3 of 0.3 MB');
    expect(await readFile(path.join(home, 'models/wide-resnet50.safetensors'))).toEqual(weights);
    expect(await listed()).toContainEqual(
      expect.objectContaining({ id: 'wide-resnet50', state: 'there', bytes: weights.length }),
    );
    expect(await residua('list')).toMatch(/wide-resnet50 +there +0\.3 MB/);
  });

  test('refuses an extractor that does not exist, an address without sha256 and a name outside the folder', async () => {
    await expect(residua('fetch', 'resnet', '--url', url, '--sha256', sha256)).rejects.toThrow('known: mobilenet-v3');
    const errors = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await expect(residua('fetch', 'wide-resnet50', '--url', url)).rejects.toThrow('--sha256');
    errors.mockRestore();
    const outside = ['--url', url, '--sha256', sha256, '--as', '../evil.onnx'];
    await expect(residua('fetch', 'wide-resnet50', ...outside)).rejects.toThrow('MODEL_UNSAFE_PATH');
  });
});
