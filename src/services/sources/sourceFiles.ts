import type { DataSource, EntityManager } from 'typeorm';
import type { SourceFileEntity, SourceFileState } from '../../database/entities/index.js';
import type { ListedFile } from '../../plugin-api/index.js';
import type { Problem } from '../../shared/errors.js';

/** Images of one import. The next one begins when it has ended, so other jobs get their turn in between. */
export const batchSize = 500;

/** Longest path that is taken; a longer one is no image's name. */
const longestKey = 500;

/**
 * Notes what a look has seen. A file that is new, or is not what it was, waits until the next look sees the same; one that a camera has
 * written again is another image.
 */
export async function noteListed(
  query: EntityManager['query'],
  sourceId: string,
  listed: readonly ListedFile[],
): Promise<void> {
  const files = listed.filter(({ key }) => key.length <= longestKey && !/[\0\p{Cs}]/u.test(key));
  if (files.length === 0) return;
  await query(noteStatement, [
    sourceId,
    files.map(({ key }) => key),
    files.map(({ bytes }) => bytes),
    files.map(({ stamp }) => stamp),
    files.map(({ isWhole }) => isWhole),
  ]);
}

const isSame = '(known.bytes = EXCLUDED.bytes AND known.stamp = EXCLUDED.stamp)';

/** What says nothing new is read and not written: a look at 100,000 known files locks none of them. */
const noteStatement = `
  INSERT INTO source_file AS known (source_id, key, bytes, stamp, looks)
  SELECT $1, seen.key, seen.bytes, seen.stamp, CASE WHEN seen.whole THEN 2 ELSE 1 END
  FROM unnest($2::text[], $3::bigint[], $4::text[], $5::boolean[]) WITH ORDINALITY AS seen (key, bytes, stamp, whole, place)
  LEFT JOIN source_file old ON old.source_id = $1 AND old.key = seen.key
  WHERE old.key IS NULL OR old.bytes <> seen.bytes OR old.stamp <> seen.stamp OR (old.state = 'WAITING' AND old.looks < 2)
  ORDER BY place
  ON CONFLICT (source_id, key) DO UPDATE SET
    bytes = EXCLUDED.bytes, stamp = EXCLUDED.stamp, at = now(),
    looks = CASE WHEN ${isSame} THEN 2 ELSE EXCLUDED.looks END,
    state = CASE WHEN ${isSame} THEN known.state ELSE 'WAITING' END,
    problem = CASE WHEN ${isSame} THEN known.problem END,
    number = CASE WHEN ${isSame} THEN known.number ELSE EXCLUDED.number END
  WHERE NOT ${isSame} OR (known.state = 'WAITING' AND known.looks < 2)`;

/** Whether there are files that one look alone has seen as they are. */
export async function hasUnsettled(dataSource: DataSource, sourceId: string): Promise<boolean> {
  const rows = await dataSource.query<object[]>(
    `SELECT FROM source_file WHERE source_id = $1 AND state = 'WAITING' AND looks < 2 LIMIT 1`,
    [sourceId],
  );
  return rows.length > 0;
}

/** Gives files that wait to a job, the first ones first. @returns how many. */
export async function giveToJob(manager: EntityManager, sourceId: string, jobId: string): Promise<number> {
  const [, count] = await manager.query<[unknown[], number]>(
    `UPDATE source_file SET job_id = $2 WHERE source_id = $1 AND key IN (
       SELECT key FROM source_file WHERE source_id = $1 AND state = 'WAITING' AND looks >= 2 ORDER BY number LIMIT $3)`,
    [sourceId, jobId, batchSize],
  );
  return count;
}

/** What became of a file of an import. */
export interface EndedFile extends Pick<SourceFileEntity, 'key' | 'stamp'> {
  state: SourceFileState | 'GONE' | 'CHANGED';
  problem: Problem | null;
}

/** Notes what became of the files of a job. One that has changed since waits as a new one; one that went is forgotten. */
export async function noteEnded(manager: EntityManager, sourceId: string, files: readonly EndedFile[]): Promise<void> {
  const gone = files.filter(({ state }) => state === 'GONE').map(({ key }) => key);
  await manager.query('DELETE FROM source_file WHERE source_id = $1 AND key = ANY($2)', [sourceId, gone]);
  const changed = files.filter(({ state }) => state === 'CHANGED').map(({ key }) => key);
  await manager.query(
    'UPDATE source_file SET looks = 0, job_id = NULL WHERE source_id = $1 AND key = ANY($2) AND looks > 0',
    [sourceId, changed],
  );
  const rest = files.filter(({ state }) => state !== 'GONE' && state !== 'CHANGED');
  await manager.query(
    `UPDATE source_file file SET state = ended.state, problem = ended.problem, job_id = NULL, at = now()
     FROM unnest($2::text[], $3::text[], $4::text[], $5::jsonb[]) AS ended (key, stamp, state, problem)
     WHERE file.source_id = $1 AND file.key = ended.key AND file.stamp = ended.stamp`,
    [
      sourceId,
      rest.map(({ key }) => key),
      rest.map(({ stamp }) => stamp),
      rest.map(({ state }) => state),
      rest.map(({ problem }) => (problem ? JSON.stringify(problem) : null)),
    ],
  );
}
