import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { PrincipalKind, Role } from '../../access/index.js';
import { ProjectEntity } from './dataset.entity.js';

/** Who may be asked for: people, and services of projects. Those who leave keep their row. */
@Entity('principal')
@Index('IDX_principal_subject', ['issuer', 'subject'], { unique: true, where: 'subject IS NOT NULL' })
export class PrincipalEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  kind: Exclude<PrincipalKind, 'LOCAL'>;

  @Column('text')
  name: string;

  /** In small letters. Null for services. */
  @Index('IDX_principal_email', { unique: true, where: 'email IS NOT NULL' })
  @Column('text', { nullable: true })
  email: string | null;

  /** Who answers for the person: an OpenID Connect issuer. Null for accounts of this installation. */
  @Column('text', { nullable: true })
  issuer: string | null;

  /** How the issuer calls the person. */
  @Column('text', { nullable: true })
  subject: string | null;

  /** Has every permission everywhere. */
  @Column('boolean', { name: 'is_admin', default: false })
  isAdmin: boolean;

  @Column('boolean', { name: 'may_create_projects', default: false })
  mayCreateProjects: boolean;

  /** Of a service; null for people. */
  @Index('IDX_principal_project')
  @Column('uuid', { name: 'project_id', nullable: true })
  projectId: string | null;

  @ManyToOne(() => ProjectEntity, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'FK_principal_project' })
  project?: Relation<ProjectEntity> | null;

  /** Since when it may do nothing any more. */
  @Column('timestamptz', { name: 'disabled_at', nullable: true })
  disabledAt: Date | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}

/** A person's role in a project. */
@Entity('membership')
export class MembershipEntity {
  @PrimaryColumn('uuid', { name: 'project_id', primaryKeyConstraintName: 'PK_membership' })
  projectId: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'FK_membership_project' })
  project?: Relation<ProjectEntity>;

  @Index('IDX_membership_principal')
  @PrimaryColumn('uuid', { name: 'principal_id', primaryKeyConstraintName: 'PK_membership' })
  principalId: string;

  @ManyToOne(() => PrincipalEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'principal_id', foreignKeyConstraintName: 'FK_membership_principal' })
  principal?: Relation<PrincipalEntity>;

  @Column('text')
  role: Role;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
