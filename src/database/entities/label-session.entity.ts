import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { AnnotationKind } from '../../shared/labels.js';
import { AnnotationEntity, type LabelTiming } from './annotation.entity.js';
import { ImageEntity } from './image.entity.js';

/** What somebody has an image open for. */
export const labelPurposes = ['LABEL', 'REVIEW'] as const;
export type LabelPurpose = (typeof labelPurposes)[number];

/** How a session ended. One that nobody ended is read as EXPIRED when it has not been heard of for a while. */
export const sessionOutcomes = ['SAVED', 'NOTHING_FOUND', 'GIVEN_UP', 'CONTINUED'] as const;
export type SessionOutcome = (typeof sessionOutcomes)[number];

/** How active seconds were measured. */
export interface Measurement {
  /** Name of the rule, e.g. `ACTIVE_INTERVALS`. */
  method: string;
  /** Seconds that count behind each input. */
  gapSeconds: number;
  /** Gaps between inputs: `gaps[i]` were at least i and less than i + 1 seconds long, the last one also longer. */
  gaps: number[];
}

/** One person's work on one kind of label of an image: who has it open, and for how long by the clock of the database. */
@Entity('label_session')
@Index('IDX_label_session_person', ['principalId', 'openedAt'])
@Index('IDX_label_session_open', ['imageId'], { where: '"closed_at" IS NULL' })
@Index('IDX_label_session_kind', ['imageId', 'kind'])
export class LabelSessionEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_label_session' })
  id: string;

  @Column('uuid', { name: 'image_id' })
  imageId: string;

  @ManyToOne(() => ImageEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'image_id', foreignKeyConstraintName: 'FK_label_session_image' })
  image?: Relation<ImageEntity>;

  @Column('text')
  kind: AnnotationKind;

  @Column('text')
  purpose: LabelPurpose;

  /** Whoever opened it; those of the server itself have no row. */
  @Column('uuid', { name: 'principal_id' })
  principalId: string;

  /** Their name at that time. */
  @Column('text')
  holder: string;

  @CreateDateColumn({ name: 'opened_at', type: 'timestamptz' })
  openedAt: Date;

  /** When it was last heard of. */
  @Column('timestamptz', { name: 'seen_at', default: () => 'now()' })
  seenAt: Date;

  @Column('timestamptz', { name: 'closed_at', nullable: true })
  closedAt: Date | null;

  /** Null until it is closed. */
  @Column('text', { nullable: true })
  outcome: SessionOutcome | null;

  /** Seconds of active work, as they were last told; those of the sessions it continues included. */
  @Column('double precision', { name: 'active_seconds', default: 0 })
  activeSeconds: number;

  /** Null until it ended with a save. */
  @Column('text', { nullable: true })
  timing: LabelTiming | null;

  /** Seconds from asking for the picture until it was seen; null when nobody measured. */
  @Column('double precision', { name: 'load_seconds', nullable: true })
  loadSeconds: number | null;

  @Column('jsonb', { nullable: true })
  measurement: Measurement | null;

  /** The session before it, when a draft was taken up again. */
  @Index('IDX_label_session_continues')
  @Column('uuid', { name: 'continues_id', nullable: true })
  continuesId: string | null;

  @ManyToOne(() => LabelSessionEntity, { onDelete: 'SET NULL' })
  @JoinColumn({ name: 'continues_id', foreignKeyConstraintName: 'FK_label_session_continues' })
  continues?: Relation<LabelSessionEntity>;

  /** The revision that was saved or judged with it. */
  @Index('IDX_label_session_annotation')
  @Column('uuid', { name: 'annotation_id', nullable: true })
  annotationId: string | null;

  @ManyToOne(() => AnnotationEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'annotation_id', foreignKeyConstraintName: 'FK_label_session_annotation' })
  annotation?: Relation<AnnotationEntity>;
}
