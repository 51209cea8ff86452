import type { DataSource } from 'typeorm';
import type { AuditSealEntity } from '../../database/entities/index.js';
import { PeriodicLook } from '../../jobs/index.js';
import { sealAuditEvents } from './auditSeals.js';

/** Seals new lines of the audit log every ten seconds. The seals in the log are a copy in another place. */
export function auditSealing(dataSource: DataSource): PeriodicLook<AuditSealEntity | undefined> {
  return new PeriodicLook(dataSource, {
    name: 'audit',
    // "seal" in ASCII.
    lock: 0x7365616c,
    pauseMilliseconds: 10_000,
    aim: 'sealing the audit log',
    work: () => sealAuditEvents(dataSource),
    remark: (seal) => seal && 'sealed the audit log',
  });
}
