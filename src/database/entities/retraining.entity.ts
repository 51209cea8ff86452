import { Column, Entity, Index, JoinColumn, ManyToOne, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { DatasetEntity, ProjectEntity } from './dataset.entity.js';
import { JobEntity } from './job.entity.js';
import { ModelEntity, ModelVersionEntity } from './model.entity.js';

/** When a model is proposed to be trained again; without a row never. */
@Entity('retraining_rule')
export class RetrainingRuleEntity {
  @PrimaryColumn('uuid', { name: 'model_id', primaryKeyConstraintName: 'PK_retraining_rule' })
  modelId: string;

  @OneToOne(() => ModelEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'model_id', foreignKeyConstraintName: 'FK_retraining_rule_model' })
  model?: Relation<ModelEntity>;

  /** Training images with new labels that are enough; null: no number is. */
  @Column('integer', { name: 'new_labels', nullable: true })
  newLabels: number | null;

  /** Whether an open alert of the drift of its scores is enough. */
  @Column('boolean', { name: 'on_drift' })
  onDrift: boolean;
}

/** Why a training is proposed. */
export const retrainingReasons = ['NEW_LABELS', 'SCORE_DRIFT'] as const;
export type RetrainingReason = (typeof retrainingReasons)[number];

/** OPEN until somebody starts the training or dismisses the proposal. */
export const proposalStates = ['OPEN', 'STARTED', 'DISMISSED'] as const;
export type ProposalState = (typeof proposalStates)[number];

/** A training that may be worth while. Of a model one is open at a time. */
@Entity('retraining_proposal')
@Index('IDX_retraining_proposal_project', ['projectId', 'id'])
@Index('IDX_retraining_proposal_open', ['modelId'], { unique: true, where: "state = 'OPEN'" })
export class RetrainingProposalEntity {
  /** UUID version 7. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_retraining_proposal' })
  id: string;

  @Column('uuid', { name: 'project_id' })
  projectId: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'FK_retraining_proposal_project' })
  project?: Relation<ProjectEntity>;

  @Column('uuid', { name: 'model_id' })
  modelId: string;

  @ManyToOne(() => ModelEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'model_id', foreignKeyConstraintName: 'FK_retraining_proposal_model' })
  model?: Relation<ModelEntity>;

  /** Whose settings the training would have. */
  @Column('uuid', { name: 'model_version_id' })
  modelVersionId: string;

  @ManyToOne(() => ModelVersionEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'model_version_id', foreignKeyConstraintName: 'FK_retraining_proposal_model_version' })
  modelVersion?: Relation<ModelVersionEntity>;

  /** Of which it would freeze a snapshot. */
  @Column('uuid', { name: 'dataset_id' })
  datasetId: string;

  @ManyToOne(() => DatasetEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'dataset_id', foreignKeyConstraintName: 'FK_retraining_proposal_dataset' })
  dataset?: Relation<DatasetEntity>;

  @Column('text', { array: true })
  reasons: RetrainingReason[];

  /** Training images whose label is new or other than the version saw it, when it was proposed. */
  @Column('integer', { name: 'new_labels' })
  newLabels: number;

  @Column('text')
  state: ProposalState;

  /** Of a proposal that was followed. */
  @Column('uuid', { name: 'training_run_id', nullable: true })
  trainingRunId: string | null;

  @ManyToOne(() => JobEntity, { onDelete: 'SET NULL', nullable: true })
  @JoinColumn({ name: 'training_run_id', foreignKeyConstraintName: 'FK_retraining_proposal_job' })
  trainingRun?: Relation<JobEntity> | null;

  @Column('text', { name: 'decided_by', nullable: true })
  decidedBy: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt: Date | null;
}
