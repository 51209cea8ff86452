import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { PrincipalEntity } from './principal.entity.js';

/** A token by which a program is let in. The secret itself is nowhere. */
@Entity('access_token')
export class AccessTokenEntity {
  /** Part of the token: it is found by this, and compared by its secret. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_access_token' })
  id: string;

  /** Whom it speaks for: a person, or a service that was made with it. */
  @Index('IDX_access_token_principal')
  @Column('uuid', { name: 'principal_id' })
  principalId: string;

  @ManyToOne(() => PrincipalEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'principal_id', foreignKeyConstraintName: 'FK_access_token_principal' })
  principal?: Relation<PrincipalEntity>;

  @Column('text')
  name: string;

  /** SHA-256 of the secret, hexadecimal: 32 random bytes need no slow one. */
  @Column('text', { name: 'secret_digest' })
  secretDigest: string;

  /** That of the secret before the last rotation; stays behind its end, so that its use is noticed. */
  @Column('text', { name: 'earlier_digest', nullable: true })
  earlierDigest: string | null;

  /** Until when the earlier secret is taken beside the new one. */
  @Column('timestamptz', { name: 'earlier_until', nullable: true })
  earlierUntil: Date | null;

  /** What it may do, of what its principal may. */
  @Column('text', { array: true })
  permissions: string[];

  /** Where; null: wherever its principal may. */
  @Column('uuid', { name: 'project_ids', array: true, nullable: true })
  projectIds: string[] | null;

  /** Principal that made it. */
  @Column('uuid', { name: 'created_by' })
  createdBy: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt: Date | null;

  /** Day of the last use, UTC: finer times would be a write for each request. */
  @Column('date', { name: 'last_used_on', nullable: true })
  lastUsedOn: string | null;
}
