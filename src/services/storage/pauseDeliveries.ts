import type { DataSource } from 'typeorm';
import { DeliveryTargetEntity } from '../../database/entities/delivery-target.entity.js';

const reason =
  'restored from a backup: the installation it comes from may still tell it; resume it here when that one is gone';

/** Pauses everything that tells somebody outside, so that a copy of an installation does not speak beside the original. @returns how many. */
export async function pauseDeliveries({ entityMetadatas, manager }: DataSource): Promise<number> {
  let paused = 0;
  for (const { target } of entityMetadatas) {
    if (typeof target !== 'function' || !(target.prototype instanceof DeliveryTargetEntity)) continue;
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
