import { chmod, chown, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeFolders } from '../../../src/database/index.js';

let home: string;
let blobDirectory: string;
let told: unknown[];
beforeEach(async () => {
  home = join(await mkdtemp(join(tmpdir(), 'residua-folders-')), 'home');
  blobDirectory = join(home, 'blobs');
  await mkdir(blobDirectory, { recursive: true });
  told = [];
});
afterEach(() => rm(join(home, '..'), { recursive: true }));

const modeOf = async (folder: string) => ((await stat(folder)).mode & 0o777).toString(8);
const tell = (facts: unknown) => void told.push(facts);
const close = () => closeFolders({ home, blobDirectory, s3: undefined }, { info: tell, warn: tell });

describe('folders that hold data', () => {
  it('are closed where an earlier release left them open, and told once', async () => {
    await chmod(home, 0o755);
    await chmod(blobDirectory, 0o777);
    close();
    expect([await modeOf(home), await modeOf(blobDirectory)]).toEqual(['700', '700']);
    expect(told).toEqual([
      { folder: home, before: '0755', now: '0700' },
      { folder: blobDirectory, before: '0777', now: '0700' },
    ]);
    close();
    expect(told).toHaveLength(2);
  });

  it('stay open to a group that somebody has let in, and need not be there', async () => {
    await chmod(home, 0o750);
    await rm(blobDirectory, { recursive: true });
    close();
    expect([await modeOf(home), told]).toEqual(['750', []]);
  });

  it.runIf(process.getuid?.() === 0)('let the embedded PostgreSQL of root through', async () => {
    await mkdir(join(home, 'postgres'));
    await chown(join(home, 'postgres'), 65534, 65534);
    await chmod(home, 0o755);
    close();
    expect(await modeOf(home)).toBe('710');
    expect((await stat(home)).gid).toBe(65534);
  });
});
