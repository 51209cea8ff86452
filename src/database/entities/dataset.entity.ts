import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';

/** The tenant: everything belongs to one. A project named `default` always exists. */
@Entity('project')
export class ProjectEntity {
  /** UUID version 7: ordered by creation, so lists page by it. */
  @PrimaryColumn('uuid')
  id: string;

  @Index({ unique: true })
  @Column('text')
  name: string;

  /** Whether engineers may move aliases, set thresholds and tags. */
  @Column('boolean', { name: 'engineers_may_release', default: true })
  engineersMayRelease: boolean;

  /** Since when nothing new is made in it; null while it is in use. */
  @Column('timestamptz', { name: 'archived_at', nullable: true })
  archivedAt: Date | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}

@Entity('dataset')
@Index('IDX_dataset_name', ['projectId', 'name'], { unique: true })
export class DatasetEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  name: string;

  @Column('uuid', { name: 'project_id' })
  projectId: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'project_id' })
  project?: Relation<ProjectEntity>;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
