import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { AnnotationKind, BlockPayload, BoxPayload, PixelPayload } from '../../shared/labels.js';
import { ImageEntity } from './image.entity.js';

export const annotationSources = ['HUMAN', 'IMPORTED', 'DERIVED', 'PREDICTED'] as const;
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

/**
 * What is known of active seconds. STATED: told, and not checked. MEASURED: they fit into the session they were saved with, by the clock of
 * the database. IMPLAUSIBLE: they do not, so that no budget counts them.
 */
export const labelTimings = ['STATED', 'MEASURED', 'IMPLAUSIBLE'] as const;
export type LabelTiming = (typeof labelTimings)[number];

/** What a model suggested while a label was drawn. */
export interface Assistance {
  /** UUID; the version may be gone by now. */
  modelVersionId: string;
  /** The threshold at which regions were cut, in units of the version's pixel scores. */
  threshold: number;
  regionsAccepted: number;
  regionsRejected: number;
  /** Of those accepted, how many were changed afterwards. */
  regionsEdited: number;
  /** Seconds during which the suggestion was seen. */
  shownSeconds: number;
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

  /** What is known of the seconds; null where there are none. */
  @Column('text', { nullable: true })
  timing: LabelTiming | null;

  /** Who saved it; null for what nobody drew, and for labels from before this was kept. */
  @Column('uuid', { name: 'principal_id', nullable: true })
  principalId: string | null;

  /** Null when no suggestion was shown. */
  @Column('jsonb', { nullable: true })
  assistance: Assistance | null;

  /** Whether it says that the image has no label of this kind any more; its payload marks nothing. */
  @Column('boolean', { default: false })
  removed: boolean;

  @Column('jsonb')
  payload: PixelPayload | BlockPayload | BoxPayload;

  /** Null unless the source is DERIVED. */
  @Column('jsonb', { nullable: true })
  derivation: Derivation | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
