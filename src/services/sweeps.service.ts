import { In, type DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { AccessScope } from '../access/index.js';
import {
  ProjectEntity,
  SnapshotEntity,
  SweepEntity,
  SweepTrialEntity,
  type SweepMetric,
  type SweepState,
} from '../database/entities/index.js';
import { noteForAudit } from '../database/index.js';
import { collectProblems, notFound, nothingWithId, problem, throwIfProblems, type Problem } from '../shared/errors.js';
import { nameProblems } from './names.js';
import { paginate, type Page, type PageRequest } from './pagination.js';
import { inScope, liesIn, projectOf, rowsIn } from './scoped.js';
import { candidatesOf, changedParams, spaceProblems, type SearchSpace } from './sweeps/space.js';
import { stopTrial, type SweepParts } from './sweeps/sweepSteps.js';
import type { TrainingPlanner } from './training/planner.js';
import { defaultDetector } from './training/trainingPresets.js';
import type { StartTraining } from './training-runs.service.js';

/** A sweep to start: a training, and what of its detector is to be varied. */
export interface StartSweep extends Omit<StartTraining, 'seed' | 'idempotencyKey'> {
  space: SearchSpace;
  /** 1 to 10 different ones. */
  seeds: readonly number[];
  metric: SweepMetric;
  /** 1 to 10,080. */
  budgetMinutes: number;
  /** Who asks. */
  author: string | null;
}

const mostSeeds = 10;
const mostMinutes = 10_080;

/** Searches for better parameters. What they find is proposed: no alias moves. */
export class SweepsService {
  private readonly dataSource: DataSource;

  constructor(private readonly parts: SweepParts & { plan: TrainingPlanner }) {
    this.dataSource = parts.dataSource;
  }

  /**
   * Checks every candidate, then stores the sweep; workers take it on.
   * @throws ProblemError NOT_FOUND; BAD_USER_INPUT for space, seeds and budget; what the detector says of a candidate, which `item` names;
   *   TRAINING_DATA_INSUFFICIENT without normal and anomalous validation images.
   */
  async start(scope: AccessScope, input: StartSweep): Promise<SweepEntity> {
    const { space, seeds, metric, budgetMinutes, author, snapshotId, modelName, ...training } = input;
    const problems = [...spaceProblems(space), ...numberProblems(input)];
    problems.push(...nameProblems('model name', modelName, { field: ['input', 'modelName'] }));
    problems.push(...(await this.dataProblems(scope, snapshotId)));
    const detector = training.detector ?? { id: defaultDetector };
    const candidates = problems.length > 0 ? [] : candidatesOf(space);
    for (const changes of candidates)
      problems.push(...(await this.candidateProblems({ ...training, detector }, changes)));
    throwIfProblems(problems);
    const id = uuid();
    await this.dataSource.transaction(async (manager) => {
      const projectId = await projectOf(manager, SnapshotEntity, snapshotId);
      const about = { snapshotId, modelName, candidates, metric, budgetMinutes, author, seeds: [...seeds] };
      const choice = { ...training, detector } as Record<string, unknown>;
      const sweep = manager.create(SweepEntity, { id, projectId, choice, state: 'RUNNING', ...about });
      await manager.save(sweep);
      const trials = seeds.flatMap((seed) => candidates.map((_, candidate) => ({ seed, candidate })));
      const rows = trials.map((trial, position) => ({ ...trial, sweepId: id, position, state: 'WAITING' as const }));
      await manager.insert(SweepTrialEntity, rows);
      noteForAudit({ projectId, targets: [`Sweep:${id}`], details: { after: { modelName, space, budgetMinutes } } });
    });
    return (await this.byIds(scope, [id]))[0]!;
  }

  /** Ends a sweep and the job of its trial. @throws ProblemError NOT_FOUND; CONFLICT when it has ended. */
  async cancel(scope: AccessScope, id: string): Promise<SweepEntity> {
    const [sweep] = await this.byIds(scope, [id]);
    if (!sweep) throw notFound('sweep', id, ['input', 'sweepId']);
    const running = await this.dataSource.transaction(async (manager) => {
      const change = { state: 'CANCELLED', endReason: 'CANCELLED', endedAt: new Date() } as const;
      const { affected } = await manager.update(SweepEntity, { id, state: 'RUNNING' }, change);
      if (affected === 0) {
        const message = 'the sweep has ended; only one that runs can be cancelled';
        throw problem('CONFLICT', message, { field: ['input', 'sweepId'], item: id });
      }
      noteForAudit({ projectId: sweep.projectId, targets: [`Sweep:${id}`] });
      const open = { sweepId: id, state: In(['WAITING', 'TRAINING', 'EVALUATING']) };
      const trials = await manager.findBy(SweepTrialEntity, open);
      await manager.update(SweepTrialEntity, open, { state: 'SKIPPED' });
      return trials;
    });
    for (const trial of running) await stopTrial(this.parts.queue, trial);
    return (await this.byIds(scope, [id]))[0]!;
  }

  /** Newest first. @throws FaultError NOT_FOUND for the project. */
  async page(
    scope: AccessScope,
    { projectId, state }: { projectId: string; state?: SweepState | null | undefined },
    request: PageRequest,
  ): Promise<Page<SweepEntity>> {
    const { manager } = this.dataSource;
    const isKnown =
      (await liesIn(scope, manager, ProjectEntity, projectId)) &&
      (await manager.existsBy(ProjectEntity, { id: projectId }));
    if (!isKnown) throw nothingWithId('project');
    const query = this.sweeps.createQueryBuilder('sweep').where({ projectId, ...(state && { state }) });
    return paginate(inScope(query, scope), {
      connection: `sweeps:${projectId}:${state ?? ''}`,
      alias: 'sweep',
      keys: [{ column: 'id', direction: 'DESC' }],
      request,
    });
  }

  byIds(scope: AccessScope, ids: readonly string[]): Promise<SweepEntity[]> {
    return rowsIn(scope, this.sweeps, { id: In([...ids]) }).getMany();
  }

  /** Trials of sweeps, in the order of their turns. */
  trialsOf(scope: AccessScope, sweepIds: readonly string[]): Promise<SweepTrialEntity[]> {
    return rowsIn(scope, this.dataSource.getRepository(SweepTrialEntity), { sweepId: In([...sweepIds]) })
      .orderBy('found.position', 'ASC')
      .getMany();
  }

  /** What its plugins say of a candidate. */
  private async candidateProblems(
    training: Omit<StartTraining, 'snapshotId' | 'modelName'>,
    changes: Record<string, unknown>,
  ): Promise<Problem[]> {
    const problems: Problem[] = [];
    const detector = training.detector!;
    const params = changedParams(detector.params ?? {}, changes);
    await collectProblems(problems, () =>
      this.parts.plan({ ...training, detector: { ...detector, params } }, ['input']),
    );
    return problems.map((one) => ({ ...one, item: JSON.stringify(changes) }));
  }

  private async dataProblems(scope: AccessScope, snapshotId: string): Promise<Problem[]> {
    const field = ['input', 'snapshotId'];
    const { manager } = this.dataSource;
    const isThere = await rowsIn(scope, manager.getRepository(SnapshotEntity), { id: snapshotId }).getExists();
    if (!isThere) return [...notFound('snapshot', snapshotId, field).problems];
    const counts = await manager.query<{ label: string; count: number }[]>(
      `SELECT frozen.label, count(*)::integer AS count FROM snapshot_image frozen JOIN image ON image.id = frozen.image_id
       WHERE frozen.snapshot_id = $1 AND frozen.split = 'VALIDATION' AND image.erased_at IS NULL GROUP BY 1`,
      [snapshotId],
    );
    const countOf = (label: string) => counts.find((one) => one.label === label)?.count ?? 0;
    const [normal, anomalous] = [countOf('NORMAL'), countOf('ANOMALOUS')];
    if (normal > 0 && anomalous > 0) return [];
    const message = `the snapshot has ${normal} normal and ${anomalous} anomalous images in split VALIDATION; trials are judged on both`;
    return [{ code: 'TRAINING_DATA_INSUFFICIENT', message, field }];
  }

  private get sweeps() {
    return this.dataSource.getRepository(SweepEntity);
  }
}

function numberProblems({ seeds, budgetMinutes }: StartSweep): Problem[] {
  const problems: Problem[] = [];
  const areSeeds = seeds.every((seed) => seed >= 0) && new Set(seeds).size === seeds.length;
  if (seeds.length < 1 || seeds.length > mostSeeds || !areSeeds) {
    const message = `seeds are ${JSON.stringify(seeds)}; 1 to ${mostSeeds} different ones, none negative, are needed`;
    problems.push({ code: 'BAD_USER_INPUT', message, field: ['input', 'seeds'] });
  }
  if (budgetMinutes < 1 || budgetMinutes > mostMinutes) {
    const message = `budgetMinutes is ${budgetMinutes}; it must be a whole number from 1 to ${mostMinutes}`;
    problems.push({ code: 'BAD_USER_INPUT', message, field: ['input', 'budgetMinutes'] });
  }
  return problems;
}
