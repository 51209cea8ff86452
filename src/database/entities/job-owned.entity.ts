import { JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { JobEntity } from './job.entity.js';

/** What a job is about: a row that shares the job's id and goes with it. */
export abstract class JobOwnedEntity {
  /** The job's id. */
  @PrimaryColumn('uuid', { name: 'job_id' })
  jobId: string;

  @OneToOne(() => JobEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'job_id' })
  job?: Relation<JobEntity>;
}
