import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { AnnotationKind, BlockPayload, BoxPayload, PixelPayload } from '../../shared/labels.js';
import { ImageEntity } from './image.entity.js';

export const annotationSources = ['HUMAN', 'IMPORTED', 'DERIVED'] as const;
export type AnnotationSource = (typeof annotationSources)[number];

/** What a DERIVED annotation was computed from, and with which thresholds; those the computation does not use are left out. */
export interface Derivation {
  /** The annotation of the same image it was computed from. */
  annotationId: string;
  /** Pixels per block side. */
  blockSize?: number;
  /** eps+ of Eq. 14. */
  anomalousThreshold?: number;
  /** eps- of Eq. 14. */
  normalThreshold?: number;
  /** upsilon of Eq. 15. */
  unknownThreshold?: number;
}

/** What annotations of each kind hold. */
interface Payloads {
  PIXEL: PixelPayload;
  BLOCK: BlockPayload;
  BOX: BoxPayload;
}

/** An annotation of one kind. */
export type AnnotationOf<Kind extends AnnotationKind> = AnnotationEntity & { kind: Kind; payload: Payloads[Kind] };

/** One revision of one kind of annotation of an image. Rows are never changed. */
@Entity('annotation')
@Index(['imageId', 'kind', 'revision'], { unique: true })
export class AnnotationEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'image_id' })
  imageId: string;

  @ManyToOne(() => ImageEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'image_id' })
  image?: Relation<ImageEntity>;

  @Column('text')
  kind: AnnotationKind;

  /** 1, 2, 3 … per image and kind. */
  @Column('integer')
  revision: number;

  @Column('text')
  source: AnnotationSource;

  @Column('text', { nullable: true })
  author: string | null;

  /** Seconds of active work; null when nobody measured. */
  @Column('double precision', { name: 'active_seconds', nullable: true })
  activeSeconds: number | null;

  @Column('jsonb')
  payload: PixelPayload | BlockPayload | BoxPayload;

  /** Null unless the source is DERIVED. */
  @Column('jsonb', { nullable: true })
  derivation: Derivation | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
