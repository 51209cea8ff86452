import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { AnnotationKind, BlockPayload, BoxPayload, PixelPayload } from '../../shared/labels.js';
import { AnnotationEntity, type LabelTiming } from './annotation.entity.js';
import { DatasetEntity } from './dataset.entity.js';
import { ImageEntity } from './image.entity.js';
import type { Measurement } from './label-session.entity.js';

/** How well a trial copies the truth; what its kind does not have is left out. */
export interface TrialQuality {
  /** PIXEL: intersection over union of the marked pixels. */
  pixelIou?: number;
  /** BLOCK: Cohen's kappa of the four values against Eq. 14. */
  blockKappa?: number;
  /** BOX: share of the anomalous pixels inside boxes. */
  insideShare?: number;
  /** BOX: area of the boxes ÷ area of the tight ones. */
  areaRatio?: number;
}

/** A measurement of what labels cost: people copy masks with each kind of label. */
@Entity('study')
@Index('IDX_study_dataset', ['datasetId', 'id'])
export class StudyEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_study' })
  id: string;

  @Column('uuid', { name: 'dataset_id' })
  datasetId: string;

  @ManyToOne(() => DatasetEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'dataset_id', foreignKeyConstraintName: 'FK_study_dataset' })
  dataset?: Relation<DatasetEntity>;

  @Column('text')
  name: string;

  /** In the order of the first participant. */
  @Column('text', { array: true })
  kinds: AnnotationKind[];

  /** Seed of the order of images. */
  @Column('integer')
  seed: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}

/** An image of a study, with the mask that is copied. */
@Entity('study_image')
export class StudyImageEntity {
  @PrimaryColumn('uuid', { name: 'study_id', primaryKeyConstraintName: 'PK_study_image' })
  studyId: string;

  @ManyToOne(() => StudyEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'study_id', foreignKeyConstraintName: 'FK_study_image_study' })
  study?: Relation<StudyEntity>;

  @Index('IDX_study_image_image')
  @PrimaryColumn('uuid', { name: 'image_id', primaryKeyConstraintName: 'PK_study_image' })
  imageId: string;

  @ManyToOne(() => ImageEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'image_id', foreignKeyConstraintName: 'FK_study_image_image' })
  image?: Relation<ImageEntity>;

  @Index('IDX_study_image_truth')
  @Column('uuid', { name: 'truth_id' })
  truthId: string;

  @ManyToOne(() => AnnotationEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'truth_id', foreignKeyConstraintName: 'FK_study_image_truth' })
  truth?: Relation<AnnotationEntity>;
}

/** One copy of one mask by one participant. Never an annotation: it copies the truth, so it would poison training and cost. */
@Entity('study_trial')
@Index('IDX_study_trial_position', ['studyId', 'principalId', 'position'], { unique: true })
@Index('IDX_study_trial_image', ['studyId', 'imageId'])
export class StudyTrialEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_study_trial' })
  id: string;

  @Column('uuid', { name: 'study_id' })
  studyId: string;

  @Column('uuid', { name: 'image_id' })
  imageId: string;

  @ManyToOne(() => StudyImageEntity, { onDelete: 'CASCADE' })
  @JoinColumn([
    { name: 'study_id', referencedColumnName: 'studyId', foreignKeyConstraintName: 'FK_study_trial_image' },
    { name: 'image_id', referencedColumnName: 'imageId', foreignKeyConstraintName: 'FK_study_trial_image' },
  ])
  studyImage?: Relation<StudyImageEntity>;

  /** Whoever takes part; those of the server itself have no row. */
  @Column('uuid', { name: 'principal_id' })
  principalId: string;

  /** Their name when they joined. */
  @Column('text')
  participant: string;

  /** 0, 1, 2 … in the order participants joined: their row of the Latin square. */
  @Column('integer')
  seat: number;

  /** 0, 1, 2 … per participant. */
  @Column('integer')
  position: number;

  @Column('text')
  kind: AnnotationKind;

  /** The first of a kind are not counted. */
  @Column('boolean', { name: 'is_practice' })
  isPractice: boolean;

  /** Null until it was shown. */
  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt: Date | null;

  /** Null until it is done. */
  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;

  @Column('double precision', { name: 'active_seconds', nullable: true })
  activeSeconds: number | null;

  @Column('text', { nullable: true })
  timing: LabelTiming | null;

  @Column('double precision', { name: 'load_seconds', nullable: true })
  loadSeconds: number | null;

  @Column('jsonb', { nullable: true })
  measurement: Measurement | null;

  @Column('jsonb', { nullable: true })
  payload: PixelPayload | BlockPayload | BoxPayload | null;

  @Column('jsonb', { nullable: true })
  quality: TrialQuality | null;
}
