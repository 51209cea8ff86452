import type { EntityManager } from 'typeorm';
import type { Split } from '../../database/entities/index.js';
import { shown } from '../../files/index.js';
import type { Problem } from '../../shared/errors.js';

/** An image as far as leakage is concerned. */
export interface SplitMember {
  filename: string;
  sha256: string;
  split: Split;
}

/** Most problems listed; the last one says how many there are. */
const maximumListed = 100;

/**
 * Images of a snapshot (with its frozen splits) or of a data set (as it is now) whose bytes are in more than one split: what
 * is trained on would be tested on. One SPLIT_LEAKAGE problem for each such content, at most 100, naming both items.
 */
export async function findSplitLeakage(
  manager: EntityManager,
  of: { snapshotId: string } | { datasetId: string },
): Promise<Problem[]> {
  const [members, id] =
    'snapshotId' in of
      ? ['snapshot_image member JOIN image ON image.id = member.image_id WHERE member.snapshot_id = $1', of.snapshotId]
      : [
          'image member JOIN image ON image.id = member.id WHERE member.dataset_id = $1 AND member.removed_at IS NULL',
          of.datasetId,
        ];
  const rows: SplitMember[] = await manager.query(
    `WITH member AS (SELECT image.filename, image.sha256, member.split FROM ${members})
     SELECT filename, sha256, split FROM member
     WHERE sha256 IN (SELECT sha256 FROM member GROUP BY sha256 HAVING count(DISTINCT split) > 1)
     ORDER BY filename COLLATE "C"`,
    [id],
  );
  return leakageAmong(rows);
}

/** The same for images in memory. */
export function leakageAmong(members: readonly SplitMember[]): Problem[] {
  const bySha256 = new Map<string, SplitMember[]>();
  for (const member of members) {
    const same = bySha256.get(member.sha256);
    if (same) same.push(member);
    else bySha256.set(member.sha256, [member]);
  }
  const problems = [...bySha256.values()].flatMap(leakageOf);
  const rest = problems.length - maximumListed;
  if (rest <= 0) return problems;
  const message = `${rest + 1} more images share their bytes with an image of another split`;
  return [...problems.slice(0, maximumListed - 1), { code: 'SPLIT_LEAKAGE', message }];
}

function leakageOf(same: readonly SplitMember[]): Problem[] {
  const [first] = same;
  const other = same.find(({ split }) => split !== first!.split);
  if (!first || !other) return [];
  const names = `'${shown(first.filename)}' (${first.split}) and '${shown(other.filename)}' (${other.split})`;
  const message = `${names} hold the same bytes (sha256 ${first.sha256.slice(0, 12)}…); an image belongs to one split only`;
  return [{ code: 'SPLIT_LEAKAGE', message, item: shown(first.filename) }];
}
