import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { PrincipalEntity } from './principal.entity.js';

/** A program that waits until somebody lets it in from a browser (device authorization grant, RFC 8628). */
@Entity('device_login')
export class DeviceLoginEntity {
  /** SHA-256 of the code the program holds, hexadecimal. */
  @PrimaryColumn('text', { name: 'device_digest', primaryKeyConstraintName: 'PK_device_login' })
  deviceDigest: string;

  /** SHA-256 of the code the person types, hexadecimal. */
  @Index('IDX_device_login_user_digest', { unique: true })
  @Column('text', { name: 'user_digest' })
  userDigest: string;

  /** What the program calls itself, for the page and for the name of its token. */
  @Column('text')
  name: string;

  @Column('text')
  address: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;

  /** Who let it in; null while nobody has. */
  @Column('uuid', { name: 'principal_id', nullable: true })
  principalId: string | null;

  @ManyToOne(() => PrincipalEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'principal_id', foreignKeyConstraintName: 'FK_device_login_principal' })
  principal?: Relation<PrincipalEntity>;

  @Column('timestamptz', { name: 'refused_at', nullable: true })
  refusedAt: Date | null;
}
