import type { EntityManager } from 'typeorm';

/**
 * Locks the sinks of a project whose next verdict is in the log: what is missing behind the place of any other went for its age, which
 * the sink must say. @returns their UUIDs.
 */
export async function sinksBeforeVerdict(manager: EntityManager, projectId: string): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(
    `SELECT sink.id FROM sink WHERE sink.project_id = $1 AND EXISTS (
       SELECT FROM logged_prediction next WHERE next.project_id = sink.project_id AND next.seq = sink.last_seq + 1
     ) ORDER BY sink.id FOR NO KEY UPDATE`,
    [projectId],
  );
  return rows.map(({ id }) => id);
}

/** Moves those of the sinks whose next verdict was erased since up to the next one that is left: they have nothing to wait for. */
export async function passErased(manager: EntityManager, sinkIds: readonly string[]): Promise<void> {
  await manager.query(
    `UPDATE sink SET last_seq = coalesce(
       (SELECT min(seq) - 1 FROM logged_prediction left_over
        WHERE left_over.project_id = sink.project_id AND left_over.seq > sink.last_seq),
       head.last_seq)
     FROM logged_prediction_head head WHERE head.project_id = sink.project_id AND sink.id = ANY($1)`,
    [sinkIds],
  );
}
