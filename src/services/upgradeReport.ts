import { In, Not, type DataSource, type EntityManager } from 'typeorm';
import {
  JobEntity,
  ModelVersionEntity,
  terminalJobStates,
  TrainingRunEntity,
  type JobState,
} from '../database/entities/index.js';
import { rehearseMigration } from '../database/index.js';
import type { PluginRegistry } from '../plugin-host/index.js';
import type { Problem } from '../shared/errors.js';
import { trainingProblems, usabilityOf } from './registry/usability.js';

/** A model version as a report names it. */
export interface ReportedVersion {
  model: string;
  version: number;
  problems: Problem[];
}

/** A training that has not ended. */
export interface ReportedRun {
  id: string;
  model: string;
  state: JobState;
  problems: Problem[];
}

/** What an upgrade to this release does to an installation. */
export interface UpgradeReport {
  /** Names of the migrations that are missing. */
  migrations: string[];
  /** How many model versions there are, and which of them would not predict. */
  versions: number;
  lostVersions: ReportedVersion[];
  /** How many trainings have not ended, and which of them would fail. */
  runs: number;
  lostRuns: ReportedRun[];
  /** Jobs of any kind that a worker is at: they are given back when it stops. */
  runningJobs: number;
}

/**
 * Looks at what would be after the missing migrations, which are executed in a transaction and taken back: the models and trainings
 * are judged as the new tables would hold them.
 */
export async function upgradeReport(
  dataSource: DataSource,
  registry: Pick<PluginRegistry, 'problemsOf' | 'requireRecord'>,
): Promise<UpgradeReport> {
  return rehearseMigration(dataSource, async (manager, migrations) => {
    const versions = await reportedVersions(manager, registry);
    const runs = await reportedRuns(manager, registry);
    const isLost = ({ problems }: { problems: Problem[] }) => problems.length > 0;
    return {
      ...{ migrations, versions: versions.length, lostVersions: versions.filter(isLost) },
      ...{ runs: runs.length, lostRuns: runs.filter(isLost) },
      runningJobs: await manager.countBy(JobEntity, { state: 'RUNNING' }),
    };
  });
}

async function reportedVersions(
  manager: EntityManager,
  registry: Pick<PluginRegistry, 'problemsOf' | 'requireRecord'>,
): Promise<ReportedVersion[]> {
  const relations = { model: true, trainingRun: true };
  const found = await manager.find(ModelVersionEntity, { relations, order: { modelId: 'ASC', version: 'ASC' } });
  return found.map(({ model, version, trainingRun }) => ({
    ...{ model: model!.name, version },
    problems: usabilityOf(registry, trainingRun!).problems,
  }));
}

async function reportedRuns(
  manager: EntityManager,
  registry: Pick<PluginRegistry, 'problemsOf' | 'requireRecord'>,
): Promise<ReportedRun[]> {
  const found = await manager.find(TrainingRunEntity, {
    relations: { job: true },
    where: { job: { state: Not(In([...terminalJobStates])) } },
    order: { jobId: 'ASC' },
  });
  return found.map((run) => ({
    ...{ id: run.jobId, model: run.modelName, state: run.job!.state },
    problems: trainingProblems(registry, run),
  }));
}
