import type { EntityManager } from 'typeorm';
import { LoggedPredictionEntity } from '../../database/entities/index.js';

/** What is known of some rows alone: of those with pictures, of methods with a memory bank, and of those that a station asked for. */
type Optional =
  'bankDistance' | 'imageSha256' | 'anomalyMapSha256' | 'anomalyMapScale' | 'stationId' | 'questionDigest' | 'isLate';

/** A row as it is inserted. */
export type LoggedRow = Omit<LoggedPredictionEntity, 'seq' | 'project' | 'modelVersion' | 'stationRow' | Optional> &
  Partial<Pick<LoggedPredictionEntity, Optional>>;

/**
 * Inserts rows of single predictions, numbered per project, and wakes those who follow them. Part of a short transaction: the head of
 * each project stays locked until its end, so that numbers are in the order of commits and none is missing.
 */
export async function storeLogged(manager: EntityManager, rows: readonly LoggedRow[]): Promise<void> {
  // In the order of projects, so that nobody waits in a ring.
  for (const projectId of [...new Set(rows.map((row) => row.projectId))].sort()) {
    const own = rows.filter((row) => row.projectId === projectId);
    const lastSeq = await takeNumbers(manager, projectId, own.length);
    const first = lastSeq - own.length + 1;
    await manager.insert(
      LoggedPredictionEntity,
      own.map((row, index) => ({ ...row, seq: first + index })),
    );
    await manager.query(`SELECT pg_notify('prediction_logged', $1)`, [projectId]);
  }
}

/** Takes the next numbers of a project, and locks its head. @returns the last of them. */
export async function takeNumbers(manager: EntityManager, projectId: string, count: number): Promise<number> {
  const [head] = await manager.query<{ last_seq: number }[]>(
    `INSERT INTO logged_prediction_head AS known (project_id, last_seq) VALUES ($1, $2)
     ON CONFLICT (project_id) DO UPDATE SET last_seq = known.last_seq + $2 RETURNING last_seq`,
    [projectId, count],
  );
  return head!.last_seq;
}

/**
 * The same for one row that a station asked for, unless the same question was answered meanwhile.
 * @returns what is in the log now.
 */
export async function storeOnce(manager: EntityManager, row: LoggedRow): Promise<LoggedPredictionEntity> {
  const { projectId, stationId, questionDigest } = row;
  if (stationId && questionDigest) {
    // Whoever stores for the project waits from here on.
    await takeNumbers(manager, projectId, 0);
    const known = await manager.findOneBy(LoggedPredictionEntity, { stationId, questionDigest });
    if (known) return known;
  }
  await storeLogged(manager, [row]);
  return manager.findOneByOrFail(LoggedPredictionEntity, { id: row.id });
}
