import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Device } from '../../shared/devices.js';
import type { JobKind } from '../../shared/jobKinds.js';

/** A process that takes jobs, while it lives. The table is not logged: it says nothing that is worth a backup. */
@Entity('worker')
export class WorkerEntity {
  /** UUID version 4, made by the process. */
  @PrimaryColumn('uuid')
  id: string;

  /** Machine and process, for people. */
  @Column('text')
  name: string;

  /** Of jobs that it takes. */
  @Column('text', { array: true })
  kinds: JobKind[];

  @Column('text')
  device: Device;

  /** What computes there, e.g. `onnxruntime`. */
  @Column('text')
  engine: string;

  @Column('timestamptz', { name: 'started_at', default: () => 'clock_timestamp()' })
  startedAt: Date;

  /** In the database's clock; renewed every few seconds while it lives. */
  @Column('timestamptz', { name: 'seen_at', default: () => 'clock_timestamp()' })
  seenAt: Date;
}
