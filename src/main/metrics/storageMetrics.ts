import { Gauge, type Registry } from 'prom-client';
import type { BlobStore } from '../../files/index.js';
import { readOnce } from './readOnce.js';

/** Listing a large store takes its time: it is listed anew when somebody asks and this has passed. */
const freshMilliseconds = 10 * 60_000;

interface Stored {
  files: number;
  bytes: number;
}

/** Files of the blob store and their bytes, as they were in the last ten minutes; the last count while it cannot be listed. */
export function measureStorage(registry: Registry, blobs: Pick<BlobStore, 'list'>): void {
  let last: Stored = { files: 0, bytes: 0 };
  let countedAt = -Infinity;
  const count = readOnce(async () => {
    if (performance.now() - countedAt < freshMilliseconds) return;
    countedAt = performance.now();
    last = await countStored(blobs);
  });
  const help = { files: 'Files in the blob store.', bytes: 'Bytes in the blob store.' };
  for (const what of ['files', 'bytes'] as const) {
    new Gauge({
      name: `residua_stored_${what}`,
      help: help[what],
      registers: [registry],
      async collect() {
        await count();
        this.set(last[what]);
      },
    });
  }
}

async function countStored(blobs: Pick<BlobStore, 'list'>): Promise<Stored> {
  const stored: Stored = { files: 0, bytes: 0 };
  for await (const blob of blobs.list()) {
    stored.files += 1;
    stored.bytes += blob.bytes;
  }
  return stored;
}
