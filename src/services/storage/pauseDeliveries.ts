import type { EntityManager } from 'typeorm';
import type { CopiedTable } from '../../database/index.js';
import { DeliveryTargetEntity } from '../../database/entities/delivery-target.entity.js';

const reason =
  'restored from a backup: the installation it comes from may still tell it; resume it here when that one is gone';

/** Columns that are written. */
const columns = ['paused_at', 'pause_reason', 'lease_token'];

/**
 * Pauses everything that tells somebody outside, so that a copy of an installation does not speak beside the original.
 * @param tables of a database of an older version: those among them that know of pauses; all of this version when left out.
 * @returns how many.
 */
export async function pauseDeliveries(manager: EntityManager, tables?: readonly CopiedTable[]): Promise<number> {
  let paused = 0;
  for (const { target, tableName } of manager.connection.entityMetadatas) {
    if (typeof target !== 'function' || !(target.prototype instanceof DeliveryTargetEntity)) continue;
    if (tables && !tables.some((table) => knowsPauses(table, tableName))) continue;
    const { affected } = await manager
      .createQueryBuilder()
      .update<DeliveryTargetEntity>(target)
      .set({ pausedAt: () => 'now()', pauseReason: reason, leaseToken: null })
      .where('paused_at IS NULL')
      .execute();
    paused += affected ?? 0;
  }
  return paused;
}

function knowsPauses({ name, columns: held }: CopiedTable, tableName: string): boolean {
  return name.endsWith(`.${tableName}`) && columns.every((column) => held.includes(column));
}
