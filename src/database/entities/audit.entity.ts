import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** `DONE`: it happened. `REFUSED`: it was not allowed or could not be meant. `FAILED`: by a fault. */
export const auditOutcomes = ['DONE', 'REFUSED', 'FAILED'] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];

const wholeNumber = { to: (value: number) => value, from: (value: string) => Number(value) };

/** One line of who did what. Lines are only ever added: a trigger refuses the rest, and numbers them. */
@Entity('audit_event')
@Index('IDX_audit_event_project', ['projectId', 'seq'])
export class AuditEventEntity {
  /** 1, 2, 3 … in the order of writing; some may be missing. */
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'PK_audit_event', transformer: wholeNumber })
  seq: number;

  /** By the database's clock. */
  @Column('timestamptz')
  at: Date;

  /** Null for nobody who is known. No key: lines outlive people. */
  @Column('uuid', { name: 'principal_id', nullable: true })
  principalId: string | null;

  /** `OPEN`, `BOOTSTRAP`, or `TOKEN` and `SESSION` with their id behind a colon. */
  @Column('text', { nullable: true })
  via: string | null;

  @Column('text', { nullable: true })
  address: string | null;

  @Column('uuid', { name: 'project_id', nullable: true })
  projectId: string | null;

  /** Name of the mutation, or of what else happened, e.g. `signIn`. */
  @Column('text')
  action: string;

  /** `Noun:<UUID>` of each thing it names. */
  @Column('text', { array: true, default: () => "'{}'" })
  targets: string[];

  @Column('text')
  outcome: AuditOutcome;

  /** What was asked for, shortened and without secrets, codes of problems, and what was before. */
  @Column('jsonb', { default: {} })
  details: Record<string, unknown>;

  @Column('uuid', { name: 'request_id', nullable: true })
  requestId: string | null;
}

/** Says what the log was up to a line, so that a change behind it shows. Only ever added. */
@Entity('audit_seal')
export class AuditSealEntity {
  /** 1, 2, 3 … without gaps. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'PK_audit_seal' })
  number: number;

  /** The last line it covers; the first is the one behind the seal before. */
  @Column('bigint', { name: 'last_seq', transformer: wholeNumber })
  lastSeq: number;

  /** Lines it covers. */
  @Column('integer')
  events: number;

  /** SHA-256 over the digest of the seal before and the lines, hexadecimal. */
  @Column('text')
  digest: string;

  @Column('timestamptz', { default: () => 'now()' })
  at: Date;
}
