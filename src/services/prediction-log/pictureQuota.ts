import type { DataSource } from 'typeorm';

/**
 * Takes places for pictures from a project's quota of the day (UTC), in all processes together.
 * @returns how many of those wanted there was room for.
 */
export async function reservePictures(
  dataSource: DataSource,
  projectId: string,
  wanted: number,
  picturesPerDay: number,
): Promise<number> {
  if (wanted === 0 || picturesPerDay === 0) return 0;
  return dataSource.transaction(async (manager) => {
    const today = `(now() AT TIME ZONE 'UTC')::date`;
    await manager.query(
      `INSERT INTO logged_pictures (project_id, day, count) SELECT id, ${today}, 0 FROM project WHERE id = $1
       ON CONFLICT (project_id) DO NOTHING`,
      [projectId],
    );
    const [row] = await manager.query<{ count: number }[]>(
      `SELECT CASE WHEN day = ${today} THEN count ELSE 0 END AS count FROM logged_pictures
       WHERE project_id = $1 FOR UPDATE`,
      [projectId],
    );
    const used = row?.count ?? picturesPerDay;
    const granted = Math.min(wanted, Math.max(0, picturesPerDay - used));
    await manager.query(`UPDATE logged_pictures SET day = ${today}, count = $2 WHERE project_id = $1`, [
      projectId,
      used + granted,
    ]);
    return granted;
  });
}
