import { Column, CreateDateColumn, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { JobEntity } from './job.entity.js';

/** Where an interrupted job can go on. Only the newest two of a job are kept, none once it is completed. */
@Entity('checkpoint')
export class CheckpointEntity {
  @PrimaryColumn('uuid', { name: 'job_id', primaryKeyConstraintName: 'PK_checkpoint' })
  jobId: string;

  @ManyToOne(() => JobEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'job_id', foreignKeyConstraintName: 'FK_checkpoint_job' })
  job?: Relation<JobEntity>;

  /** Of its CHECKPOINT_SAVED event. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'PK_checkpoint' })
  seq: number;

  /** The one that wrote it. */
  @Column('integer')
  attempt: number;

  /** Steps done. */
  @Column('integer')
  step: number;

  /** Of its content in the blob store. No other row refers to it: the content names job and attempt. */
  @Column('text')
  sha256: string;

  @Column('bigint')
  bytes: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
