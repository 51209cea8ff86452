import type { DataSource } from 'typeorm';
import { RetentionPolicyEntity } from '../../database/entities/index.js';
import { PeriodicLook } from '../../jobs/index.js';
import { deleteDue, retainedKinds } from './dueRows.js';
import { daysOf } from './policy.js';

/** Statements of one kind and project in one look; the rest waits for the next one. */
const mostBatches = 20;

/**
 * Deletes what projects keep for a time only, every hour: old uploads, exports, predictions of data sets and checkpoints. Their files go with
 * the next collection.
 * @returns a look that gives how many rows went.
 */
export function retentionLook(dataSource: DataSource): PeriodicLook<number> {
  return new PeriodicLook(dataSource, {
    name: 'retention',
    // "reta" in ASCII.
    lock: 0x72657461,
    pauseMilliseconds: 60 * 60_000,
    aim: 'deleting what projects keep for a time only',
    work: async () => {
      let deleted = 0;
      for (const policy of await dataSource.getRepository(RetentionPolicyEntity).find()) {
        for (const kind of retainedKinds) {
          const days = daysOf(policy, kind);
          if (days !== null) deleted += await deleteAll(dataSource, { kind, projectId: policy.projectId, days });
        }
      }
      return deleted;
    },
    remark: (deleted) => (deleted > 0 ? 'deleted what projects keep for a time only' : undefined),
  });
}

async function deleteAll(dataSource: DataSource, what: Parameters<typeof deleteDue>[1]): Promise<number> {
  let deleted = 0;
  for (let batch = 0; batch < mostBatches; batch++) {
    const count = await deleteDue(dataSource.manager, what);
    if (count === 0) break;
    deleted += count;
  }
  return deleted;
}
