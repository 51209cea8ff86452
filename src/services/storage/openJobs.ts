import type { DataSource } from 'typeorm';
import { terminalJobStates } from '../../database/entities/index.js';

/** When the oldest job that has not ended came; what was stored since then may be about to be referred to. Undefined when all have ended. */
export async function oldestOpenJob(dataSource: DataSource): Promise<Date | undefined> {
  const [oldest] = await dataSource.query<{ since: Date | null }[]>(
    'SELECT min(created_at) AS since FROM job WHERE state <> ALL ($1)',
    [terminalJobStates],
  );
  return oldest?.since ?? undefined;
}
