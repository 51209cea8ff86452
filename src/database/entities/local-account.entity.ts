import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { PrincipalEntity } from './principal.entity.js';

/** What a person of a local account knows. */
@Entity('password')
export class PasswordEntity {
  @PrimaryColumn('uuid', { name: 'principal_id', primaryKeyConstraintName: 'PK_password' })
  principalId: string;

  @ManyToOne(() => PrincipalEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'principal_id', foreignKeyConstraintName: 'FK_password_principal' })
  principal?: Relation<PrincipalEntity>;

  /** `scrypt$N$r$p$salt$hash`, the last two base64url. */
  @Column('text')
  hash: string;

  @Column('timestamptz', { name: 'changed_at', default: () => 'now()' })
  changedAt: Date;
}

/** A link by which a person chooses a password, once. */
@Entity('invitation')
export class InvitationEntity {
  /** SHA-256 of the code in the link, hexadecimal. */
  @PrimaryColumn('text', { name: 'code_digest', primaryKeyConstraintName: 'PK_invitation' })
  codeDigest: string;

  @Index('IDX_invitation_principal')
  @Column('uuid', { name: 'principal_id' })
  principalId: string;

  @ManyToOne(() => PrincipalEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'principal_id', foreignKeyConstraintName: 'FK_invitation_principal' })
  principal?: Relation<PrincipalEntity>;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;

  @Column('timestamptz', { name: 'used_at', nullable: true })
  usedAt: Date | null;
}

/** How often signing in has failed lately, by account and by address. */
@Entity('sign_in_attempt')
export class SignInAttemptEntity {
  /** SHA-256 of `account:<e-mail>` or `address:<address>`, hexadecimal. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'PK_sign_in_attempt' })
  key: string;

  @Column('integer')
  failures: number;

  @Column('timestamptz', { name: 'last_at' })
  lastAt: Date;

  /** The next attempt counts from here on. */
  @Column('timestamptz', { name: 'next_at' })
  nextAt: Date;
}
