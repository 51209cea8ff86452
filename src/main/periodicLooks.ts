import { changeRetention, eventRetention, type PeriodicLook } from '../jobs/index.js';
import { accessTidying } from '../services/access/accessTidying.js';
import { auditSealing } from '../services/audit/auditSealing.js';
import { monitoringLook } from '../services/monitoring/monitoringLook.js';
import { predictionLogRetention } from '../services/prediction-log/logRetention.js';
import { retentionLook } from '../services/retention/retentionLook.js';
import { retrainingLook } from '../services/retraining/retrainingLook.js';
import { storageCollection } from '../services/storage/storageCollection.js';
import { sweepLook } from '../services/sweeps/sweepSteps.js';
import type { ResiduaConfig } from '../shared/config.js';
import type { Runtime } from './runtime.js';

/** What workers look after now and then, one of them at a time. */
export function periodicLooks(
  runtime: Runtime,
  { eventRetentionDays, collectAfterHours }: ResiduaConfig,
): Pick<PeriodicLook<never>, 'start' | 'stop'>[] {
  const { dataSource } = runtime;
  return [
    eventRetention(dataSource, eventRetentionDays),
    changeRetention(dataSource, eventRetentionDays),
    predictionLogRetention(dataSource),
    monitoringLook(dataSource),
    retrainingLook(dataSource),
    retentionLook(dataSource),
    sweepLook({ ...runtime, ...runtime.services }),
    auditSealing(dataSource),
    accessTidying(dataSource),
    ...(collectAfterHours === 0 ? [] : [storageCollection(runtime, collectAfterHours)]),
  ];
}
