import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import type { Problem } from '../../shared/errors.js';
import type { AnnotationKind } from '../../shared/labels.js';
import { DatasetEntity } from './dataset.entity.js';
import { JobOwnedEntity } from './job-owned.entity.js';
import type { DatasetCounts } from './snapshot.entity.js';

/** Exactly one of them. */
export interface ImportSource {
  /** Under one of the server's import roots. */
  path?: string;
  uploadId?: string;
  /** A source that brought its files. */
  sourceId?: string;
}

/** What becomes of an import when single items are wrong: nothing is imported, or all the others are. */
export const problemPolicies = ['REFUSE', 'SKIP'] as const;
export type ProblemPolicy = (typeof problemPolicies)[number];

/** What becomes of images that the data set has already: nothing is imported, they are left out, or they get the labels of the import. */
export const existingPolicies = ['REFUSE', 'SKIP', 'UPDATE'] as const;
export type ExistingPolicy = (typeof existingPolicies)[number];

/** How an import is to read; what is left out has its usual value. */
export interface ImportOptions {
  onProblem?: ProblemPolicy;
  existing?: ExistingPolicy;
  /** Names of folders and classes that stand for what has no defect, in place of the usual ones. */
  normalNames?: string[];
  /** Which pixels of mask files are anomalous, see `MaskChoice`; at most one of both. */
  maskThreshold?: number;
  maskValue?: string;
}

/** Files that an import did not use, for one reason. */
export interface LeftOutFiles {
  reason: string;
  files: number;
  /** Some of their paths. */
  examples: string[];
}

/** What an import stores, or would; rejected items are not in it. */
export interface ImportSummary {
  counts: DatasetCounts;
  /** Sorted by kind. */
  annotations: { kind: AnnotationKind; images: number }[];
  /** Sorted by name. */
  defectTypes: { defectType: string; images: number }[];
  /** Folders and classes that were taken for what has no defect, sorted. */
  normalNames?: string[];
  leftOut?: LeftOutFiles[];
  /** Images that the data set has already. */
  existing?: number;
}

@Entity('dataset_import')
export class DatasetImportEntity extends JobOwnedEntity {
  @Index()
  @Column('uuid', { name: 'dataset_id' })
  datasetId: string;

  @ManyToOne(() => DatasetEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'dataset_id' })
  dataset?: Relation<DatasetEntity>;

  @Column('text')
  format: string;

  @Column('jsonb')
  source: ImportSource;

  @Column('jsonb', { default: () => "'{}'" })
  options: ImportOptions;

  @Column('boolean', { name: 'dry_run' })
  dryRun: boolean;

  @Column('integer', { name: 'images_imported', default: 0 })
  imagesImported: number;

  @Column('integer', { name: 'annotations_imported', default: 0 })
  annotationsImported: number;

  /** Null until everything was read. */
  @Column('jsonb', { nullable: true })
  summary: ImportSummary | null;

  /** At most 100 of them. */
  @Column('jsonb', { default: () => "'[]'" })
  problems: Problem[];

  @Column('integer', { name: 'total_problems', default: 0 })
  totalProblems: number;

  /** Problems of the items that were skipped; at most 100 of them. */
  @Column('jsonb', { default: () => "'[]'" })
  skipped: Problem[];

  @Column('integer', { name: 'total_skipped', default: 0 })
  totalSkipped: number;

  /** What is probably not meant; at most 100 of them. */
  @Column('jsonb', { default: () => "'[]'" })
  warnings: Problem[];

  @Column('integer', { name: 'total_warnings', default: 0 })
  totalWarnings: number;
}
