import { In, type DataSource } from 'typeorm';
import type { AccessScope } from '../access/index.js';
import {
  JobEntity,
  ModelEntity,
  ModelVersionEntity,
  ProjectEntity,
  RetrainingProposalEntity,
  RetrainingRuleEntity,
  type ProposalState,
  type TrainingRunEntity,
} from '../database/entities/index.js';
import { noteForAudit } from '../database/index.js';
import { notFound, nothingWithId, problem } from '../shared/errors.js';
import { paginate, type Page, type PageRequest } from './pagination.js';
import { inScope, liesIn, rowsIn } from './scoped.js';
import type { SnapshotsService } from './snapshots.service.js';
import type { StartTraining, TrainingRunsService } from './training-runs.service.js';

/** When a model is proposed to be trained again. */
export type RetrainingRule = Omit<RetrainingRuleEntity, 'modelId' | 'model'>;

const noRule: RetrainingRule = { newLabels: null, onDrift: false };

const mostLabels = 1_000_000;

interface Dependencies {
  dataSource: DataSource;
  snapshots: Pick<SnapshotsService, 'create'>;
  trainingRuns: Pick<TrainingRunsService, 'start'>;
}

/** Trainings that are proposed by rule, and started by people. */
export class RetrainingService {
  constructor(private readonly parts: Dependencies) {}

  /** Rules of models, in the order of `ids`. */
  async rulesOf(ids: readonly string[]): Promise<RetrainingRule[]> {
    const rows = await this.parts.dataSource.getRepository(RetrainingRuleEntity).findBy({ modelId: In([...ids]) });
    const byId = new Map(rows.map((row) => [row.modelId, row]));
    return ids.map((id) => byId.get(id) ?? noRule);
  }

  /** Chooses when a model is proposed to be trained again. @throws ProblemError NOT_FOUND, BAD_USER_INPUT. */
  async setRule(scope: AccessScope, modelId: string, rule: RetrainingRule): Promise<ModelEntity> {
    const { newLabels } = rule;
    if (newLabels !== null && !(newLabels >= 1 && newLabels <= mostLabels)) {
      const message = `newLabels is ${newLabels}; it must be a whole number from 1 to ${mostLabels}`;
      throw problem('BAD_USER_INPUT', message, { field: ['input', 'newLabels'] });
    }
    const { dataSource } = this.parts;
    const model = await rowsIn(scope, dataSource.getRepository(ModelEntity), { id: modelId }).getOne();
    if (!model) throw notFound('model', modelId, ['input', 'modelId']);
    await dataSource.transaction(async (manager) => {
      const [before] = await this.rulesOf([modelId]);
      await manager.upsert(RetrainingRuleEntity, { modelId, ...rule }, ['modelId']);
      noteForAudit({ projectId: model.projectId, details: { before, after: rule } });
    });
    return model;
  }

  /** Newest first. @throws FaultError NOT_FOUND for the project. */
  async page(
    scope: AccessScope,
    { projectId, state }: { projectId: string; state?: ProposalState | null | undefined },
    request: PageRequest,
  ): Promise<Page<RetrainingProposalEntity>> {
    const { manager } = this.parts.dataSource;
    const isKnown =
      (await liesIn(scope, manager, ProjectEntity, projectId)) &&
      (await manager.existsBy(ProjectEntity, { id: projectId }));
    if (!isKnown) throw nothingWithId('project');
    const query = this.proposals.createQueryBuilder('proposal').where({ projectId, ...(state && { state }) });
    return paginate(inScope(query, scope), {
      connection: `retrainingProposals:${projectId}:${state ?? ''}`,
      alias: 'proposal',
      keys: [{ column: 'id', direction: 'DESC' }],
      request,
    });
  }

  byIds(scope: AccessScope, ids: readonly string[]): Promise<RetrainingProposalEntity[]> {
    return rowsIn(scope, this.proposals, { id: In([...ids]) }).getMany();
  }

  /** @throws ProblemError NOT_FOUND; CONFLICT when it is decided. */
  async dismiss(scope: AccessScope, id: string, decidedBy: string | null): Promise<RetrainingProposalEntity> {
    await this.requireOpen(scope, id);
    return this.decide(scope, id, { state: 'DISMISSED', decidedBy });
  }

  /**
   * Follows a proposal: freezes its data set and starts a training with the settings of its version. Neither its result nor anything
   * else moves an alias. Called again after a failure it goes on.
   * @throws ProblemError NOT_FOUND; CONFLICT when it is decided; whatever `TrainingRunsService.start` says of the data set as it is now.
   */
  async start(scope: AccessScope, id: string, decidedBy: string | null): Promise<RetrainingProposalEntity> {
    const proposal = await this.requireOpen(scope, id);
    const { projectId, datasetId } = proposal;
    const idempotencyKey = `retraining ${id}`;
    const jobs = this.parts.dataSource.getRepository(JobEntity);
    const before = await jobs.findOneBy({ projectId, idempotencyKey });
    const trainingRunId = before?.id ?? (await this.startTraining(scope, proposal, datasetId, idempotencyKey)).jobId;
    return this.decide(scope, id, { state: 'STARTED', trainingRunId, decidedBy });
  }

  private async startTraining(
    scope: AccessScope,
    { modelVersionId }: RetrainingProposalEntity,
    datasetId: string,
    idempotencyKey: string,
  ): Promise<TrainingRunEntity> {
    const version = await this.parts.dataSource
      .getRepository(ModelVersionEntity)
      .findOneOrFail({ where: { id: modelVersionId }, relations: { trainingRun: true, model: true } });
    const snapshot = await this.parts.snapshots.create(scope, { datasetId });
    const choice = { ...choiceOf(version.trainingRun!), modelName: version.model!.name };
    return this.parts.trainingRuns.start(scope, { ...choice, snapshotId: snapshot.id, idempotencyKey });
  }

  private async decide(scope: AccessScope, id: string, decision: Decision) {
    await this.parts.dataSource.transaction(async (manager) => {
      const change = { ...decision, decidedAt: new Date() };
      const { affected } = await manager.update(RetrainingProposalEntity, { id, state: 'OPEN' }, change);
      if (affected === 0) throw decided(id, 'decided');
      noteForAudit({ targets: [`RetrainingProposal:${id}`], details: { after: { state: decision.state } } });
    });
    return (await this.byIds(scope, [id]))[0]!;
  }

  private async requireOpen(scope: AccessScope, id: string): Promise<RetrainingProposalEntity> {
    const [proposal] = await this.byIds(scope, [id]);
    if (!proposal) throw notFound('proposal', id, ['input', 'proposalId']);
    if (proposal.state !== 'OPEN') throw decided(id, proposal.state);
    return proposal;
  }

  private get proposals() {
    return this.parts.dataSource.getRepository(RetrainingProposalEntity);
  }
}

/** What somebody decided. */
interface Decision {
  state: ProposalState;
  trainingRunId?: string;
  decidedBy: string | null;
}

function decided(id: string, state: string) {
  const message = `the proposal is ${state} already; only an OPEN one can be decided`;
  return problem('CONFLICT', message, { field: ['input', 'proposalId'], item: id });
}

/** What a run was started with, written out. */
function choiceOf(run: TrainingRunEntity): Omit<StartTraining, 'snapshotId' | 'modelName'> {
  const { supervision, labels, preset, settings, seed, detector, featureExtractor, augmentations, loss } = run;
  const named = ({ id, params }: { id: string; params: Record<string, unknown> }) => ({ id, params });
  return {
    ...{ supervision, labels, preset, settings, seed, detector: named(detector) },
    featureExtractor: featureExtractor && named(featureExtractor),
    augmentations: augmentations.map(named),
    loss: loss && named(loss),
  };
}
