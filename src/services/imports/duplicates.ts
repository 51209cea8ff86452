import type { EntityManager } from 'typeorm';
import { shown } from '../../files/index.js';
import type { Problem } from '../../shared/errors.js';
import type { SplitMember } from './splitLeakage.js';

/** Most problems listed; the last one says how many there are. */
const maximumListed = 100;

/** IMAGE_DUPLICATE for an image whose bytes an earlier one of the same split has. */
export function duplicateOf({ filename, split }: Pick<SplitMember, 'filename' | 'split'>, earlier: string): Problem {
  const message = `'${shown(filename)}' holds the same bytes as '${shown(earlier)}', which is in ${split} as well`;
  return { code: 'IMAGE_DUPLICATE', message, item: shown(filename) };
}

/** One IMAGE_DUPLICATE for each image of a snapshot but the first, by name, of those with the same bytes in a split; at most 100. */
export async function findDuplicates(manager: EntityManager, snapshotId: string): Promise<Problem[]> {
  const rows: (Pick<SplitMember, 'filename' | 'split'> & { earlier: string; all: number })[] = await manager.query(
    `WITH member AS (
       SELECT image.filename, frozen.split,
         first_value(image.filename) OVER (PARTITION BY image.sha256, frozen.split ORDER BY image.filename COLLATE "C") AS earlier
       FROM snapshot_image frozen JOIN image ON image.id = frozen.image_id WHERE frozen.snapshot_id = $1)
     SELECT filename, split, earlier, (count(*) OVER ())::int AS "all" FROM member
     WHERE filename <> earlier ORDER BY filename COLLATE "C" LIMIT $2`,
    [snapshotId, maximumListed],
  );
  const problems = rows.map((row) => duplicateOf(row, row.earlier));
  const rest = (rows[0]?.all ?? 0) - maximumListed;
  if (rest <= 0) return problems;
  const message = `${rest + 1} more images hold the same bytes as another image of their split`;
  return [...problems.slice(0, maximumListed - 1), { code: 'IMAGE_DUPLICATE', message }];
}
