import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { PrincipalEntity } from './principal.entity.js';

/** How somebody signed in. */
export const signInWays = ['PASSWORD', 'OIDC'] as const;
export type SignInWay = (typeof signInWays)[number];

/** A person signed in with one browser. */
@Entity('session')
export class SessionEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_session' })
  id: string;

  /** SHA-256 of what the cookie holds, hexadecimal. */
  @Index('IDX_session_secret', { unique: true })
  @Column('text', { name: 'secret_digest' })
  secretDigest: string;

  @Index('IDX_session_principal')
  @Column('uuid', { name: 'principal_id' })
  principalId: string;

  @ManyToOne(() => PrincipalEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'principal_id', foreignKeyConstraintName: 'FK_session_principal' })
  principal?: Relation<PrincipalEntity>;

  @Column('text')
  way: SignInWay;

  /** The identity provider's name for its own session, for back-channel logout. */
  @Index('IDX_session_provider_session', { where: 'provider_session IS NOT NULL' })
  @Column('text', { name: 'provider_session', nullable: true })
  providerSession: string | null;

  /** ID token of the sign-in: the identity provider asks for it to end its session. */
  @Column('text', { name: 'id_token', nullable: true })
  idToken: string | null;

  /** The client's address when it signed in. */
  @Column('text')
  address: string;

  /** Browser, as it calls itself, shortened. */
  @Column('text', { name: 'user_agent' })
  userAgent: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  /** Within a minute: finer times would be a write for each request. */
  @Column('timestamptz', { name: 'seen_at', default: () => 'now()' })
  seenAt: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;
}

/** A sign-in that has been sent to the identity provider and has not come back. */
@Entity('oidc_attempt')
export class OidcAttemptEntity {
  /** SHA-256 of what the browser's short-lived cookie holds, hexadecimal: an answer counts only in the browser that asked. */
  @PrimaryColumn('text', { name: 'browser_digest', primaryKeyConstraintName: 'PK_oidc_attempt' })
  browserDigest: string;

  @Column('text')
  state: string;

  @Column('text')
  nonce: string;

  @Column('text', { name: 'code_verifier' })
  codeVerifier: string;

  /** Path of this server to go to in the end. */
  @Column('text', { name: 'return_to' })
  returnTo: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
