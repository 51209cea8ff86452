import type { EntityManager } from 'typeorm';

/**
 * The most bits that values of a snapshot's images use: one scale for all of them, so that a dark image stays dark. Null when
 * that is not known of some image, which is older than this: then high bytes are read, as they were when it came.
 */
export async function snapshotSampleBits(manager: EntityManager, snapshotId: string): Promise<number | null> {
  const [found] = await manager.query<{ unknown: boolean; bits: number | null }[]>(
    `SELECT bool_or(image.sample_bits IS NULL) AS unknown, max(image.sample_bits) AS bits
     FROM snapshot_image frozen JOIN image ON image.id = frozen.image_id WHERE frozen.snapshot_id = $1`,
    [snapshotId],
  );
  return found?.unknown ? null : (found?.bits ?? null);
}
