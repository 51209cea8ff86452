import { In, type DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { AccessScope } from '../access/index.js';
import {
  ProjectEntity,
  SnapshotEntity,
  SweepEntity,
  SweepTrialEntity,
  type SweepCandidateRecord,
  type SweepMetric,
  type SweepState,
} from '../database/entities/index.js';
import { noteForAudit } from '../database/index.js';
import { collectProblems, notFound, nothingWithId, problem, throwIfProblems, type Problem } from '../shared/errors.js';
import { findSplitLeakage } from './imports/splitLeakage.js';
import { nameProblems } from './names.js';
import { paginate, type Page, type PageRequest } from './pagination.js';
import type { PixelProcesses } from './pixel-process/pixelProcesses.js';
import { inScope, liesIn, projectOf, rowsIn } from './scoped.js';
import { candidatesOf, choiceProblems, trainingOf, type SweepChoice } from './sweeps/candidates.js';
import { stopTrial, type SweepParts } from './sweeps/sweepSteps.js';
import { validationProblems } from './sweeps/validationProblems.js';
import { labelKind, labelProblems, normalImageProblems } from './training/dataProblems.js';
import type { TrainingPlanner } from './training/planner.js';
import type { StartTraining } from './training-runs.service.js';

/** A sweep to start: a training, and what of it is to be tried. */
export interface StartSweep extends Omit<StartTraining, 'seed' | 'idempotencyKey'>, SweepChoice {
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

/** Searches for better methods and parameters. What they find is proposed: no alias moves. */
export class SweepsService {
  private readonly dataSource: DataSource;

  constructor(private readonly parts: SweepParts & { plan: TrainingPlanner; pixels: PixelProcesses }) {
    this.dataSource = parts.dataSource;
  }

  /**
   * Checks every candidate, then stores the sweep; workers take it on.
   * @throws ProblemError NOT_FOUND; BAD_USER_INPUT for what is to be tried, seeds and budget; what the detector or the labels of the snapshot
   *   say of a candidate, which `item` names; TRAINING_DATA_INSUFFICIENT without the validation images that the metric needs.
   */
  async start(scope: AccessScope, input: StartSweep): Promise<SweepEntity> {
    const { space, detectors, detector, supervision, labels, ...others } = input;
    const { seeds, metric, budgetMinutes, author, snapshotId, modelName, ...common } = others;
    const choice = { space, detectors, detector, supervision, labels };
    const problems = [...choiceProblems(choice), ...numberProblems(input)];
    problems.push(...nameProblems('model name', modelName, { field: ['input', 'modelName'] }));
    problems.push(...(await this.dataProblems(scope, input)));
    throwIfProblems(problems);
    const candidates = candidatesOf(choice);
    for (const [place, candidate] of candidates.entries()) {
      const training = { ...common, ...trainingOf(candidate), snapshotId, modelName };
      const found = await this.trainingProblems(training, { readsLabels: Boolean(detectors) || place === 0 });
      problems.push(...(detectors ? ofMethod(found, candidate, place) : ofCombination(found, candidate)));
    }
    throwIfProblems(problems);
    const id = uuid();
    await this.dataSource.transaction(async (manager) => {
      const projectId = await projectOf(manager, SnapshotEntity, snapshotId);
      const about = { snapshotId, modelName, candidates, metric, budgetMinutes, author, seeds: [...seeds] };
      const sweep = manager.create(SweepEntity, { id, projectId, choice: { ...common }, state: 'RUNNING', ...about });
      await manager.save(sweep);
      const trials = seeds.flatMap((seed) => candidates.map((_, candidate) => ({ seed, candidate })));
      const rows = trials.map((trial, position) => ({ ...trial, sweepId: id, position, state: 'WAITING' as const }));
      await manager.insert(SweepTrialEntity, rows);
      noteForAudit({
        projectId,
        targets: [`Sweep:${id}`],
        details: { after: { modelName, space, detectors, budgetMinutes } },
      });
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

  /** What its plugins say of a training, and where asked the labels that it reads. */
  private async trainingProblems(training: StartTraining, { readsLabels }: { readsLabels: boolean }) {
    const problems: Problem[] = [];
    const planned = await collectProblems(problems, () => this.parts.plan(training, ['input']));
    if (!readsLabels) return problems;
    const labels = labelKind(training, ['input'], problems);
    const parts = { manager: this.dataSource.manager, pixels: this.parts.pixels };
    problems.push(...(await labelProblems(parts, { ...training, labels }, planned)));
    return problems;
  }

  /** What the snapshot lacks for trials of any method. */
  private async dataProblems(scope: AccessScope, { snapshotId, metric, allowLeakage }: StartSweep): Promise<Problem[]> {
    const { manager } = this.dataSource;
    const isThere = await rowsIn(scope, manager.getRepository(SnapshotEntity), { id: snapshotId }).getExists();
    if (!isThere) return [...notFound('snapshot', snapshotId, ['input', 'snapshotId']).problems];
    return [
      ...(await validationProblems(manager, { snapshotId, metric })),
      ...(await normalImageProblems(manager, snapshotId)),
      ...(allowLeakage ? [] : await findSplitLeakage(manager, { snapshotId })),
    ];
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

/** Problems of a combination of a space, which they name. */
function ofCombination(problems: readonly Problem[], { changes }: SweepCandidateRecord): Problem[] {
  return problems.map((one) => ({ ...one, item: JSON.stringify(changes) }));
}

/** Problems of one of several detectors, which they name, at its place of the input. */
function ofMethod(problems: readonly Problem[], candidate: SweepCandidateRecord, place: number): Problem[] {
  const item = `${candidate.detector.id}, ${candidate.supervision}`;
  return problems.map((one) => {
    const [, name, ...rest] = one.field ?? [];
    const inner = name === 'detector' ? rest : name === 'supervision' ? [name] : [];
    return { ...one, item, field: ['input', 'detectors', String(place), ...inner] };
  });
}
