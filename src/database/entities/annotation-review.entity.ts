import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { AnnotationEntity, type LabelTiming } from './annotation.entity.js';

/** What somebody says of somebody else's label. */
export const reviewVerdicts = ['APPROVED', 'RETURNED'] as const;
export type ReviewVerdict = (typeof reviewVerdicts)[number];

/** One judgement of one revision. Rows are never changed; the newest holds. */
@Entity('annotation_review')
@Index('IDX_annotation_review_annotation', ['annotationId', 'id'])
export class AnnotationReviewEntity {
  /** UUID version 7: the newest is the largest. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_annotation_review' })
  id: string;

  @Column('uuid', { name: 'annotation_id' })
  annotationId: string;

  @ManyToOne(() => AnnotationEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'annotation_id', foreignKeyConstraintName: 'FK_annotation_review_annotation' })
  annotation?: Relation<AnnotationEntity>;

  @Column('text')
  verdict: ReviewVerdict;

  @Column('text', { nullable: true })
  note: string | null;

  /** Whoever judged; those of the server itself have no row. */
  @Column('uuid', { name: 'principal_id' })
  principalId: string;

  /** Their name at that time. */
  @Column('text')
  reviewer: string;

  /** Seconds of active work; null when nobody measured. */
  @Column('double precision', { name: 'active_seconds', nullable: true })
  activeSeconds: number | null;

  /** What is known of the seconds; null where there are none. */
  @Column('text', { nullable: true })
  timing: LabelTiming | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
