import { execFileSync } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { everything } from '../../src/access/index.js';
import { CheckpointEntity } from '../../src/database/entities/index.js';
import { useDatabase } from '../support/database.js';
import { TrainingSetting } from './trainingSetting.js';

const database = useDatabase();

it('a disk that fills during a training fails it with STORAGE_FULL; its checkpoint stays valid, and it goes on from there', async (context) => {
  const blobs = await mkdtemp(path.join(os.tmpdir(), 'residua-faults-disk-'));
  if (!mount(blobs)) return context.skip('this user may not mount a file system of 64 MB');
  try {
    const setting = await TrainingSetting.open(database.url, { environment: { RESIDUA_BLOB_DIRECTORY: blobs } });
    const { dataSource, services } = setting.runtime;
    setting.worker();
    // Long enough for checkpoints, and to go on while the disk fills.
    const steps = 2000;
    const undisturbed = await setting.weights(await setting.train({ steps }));
    const jobId = await setting.train({ steps });
    await setting.until(jobId, ({ type }) => type === 'CHECKPOINT_SAVED');
    await fill(path.join(blobs, 'filler'));
    await setting.state(jobId, 'FAILED');
    expect((await setting.job(jobId)).failure).toMatchObject({ code: 'STORAGE_FULL' });
    const kept = await dataSource.getRepository(CheckpointEntity).findBy({ jobId });
    expect(kept.length).toBeGreaterThan(0);
    for (const { sha256 } of kept) await setting.runtime.blobs.verify(sha256);

    await rm(path.join(blobs, 'filler'));
    const again = await services.jobs.retry(everything, jobId);
    setting.subscribe(again.jobId);
    await setting.until(again.jobId, ({ payload }) => 'message' in payload && /goes on/.test(payload.message));
    expect(await setting.weights(again.jobId)).toBe(undisturbed);
    await setting.close();
    await setting.dispose();
  } finally {
    execFileSync('umount', ['--lazy', blobs]);
    await rm(blobs, { recursive: true });
  }
});

function mount(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'residua-faults', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Writes until there is no room for another block: fast, since a training goes on beside it. */
async function fill(file: string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    for (const bytes of [2 ** 20, 4096]) {
      const piece = Buffer.alloc(bytes);
      const full = async () => {
        for (;;) await handle.write(piece);
      };
      await expect(full()).rejects.toMatchObject({ code: 'ENOSPC' });
    }
  } finally {
    await handle.close();
  }
}
