import { type DataSource, type EntityManager, type QueryDeepPartialEntity } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { everything, type AccessScope } from '../access/index.js';
import {
  DatasetImportEntity,
  ImageEntity,
  JobEntity,
  SourceEntity,
  SourceFileEntity,
  terminalJobStates,
  type ImageLabel,
  type SourceFileState,
  type Split,
} from '../database/entities/index.js';
import { noteForAudit } from '../database/index.js';
import type { JobQueue } from '../jobs/index.js';
import type { PluginChoice } from '../plugin-host/index.js';
import { collectProblems, notFound, nothingWithId, problem, throwIfProblems, type Problem } from '../shared/errors.js';
import type { DatasetImportsService } from './dataset-imports.service.js';
import type { DatasetsService } from './datasets.service.js';
import { importSummary } from './imports/importSummary.js';
import { nameProblems, textFault } from './names.js';
import { paginate, type Page, type PageRequest } from './pagination.js';
import type { PluginParams } from './pluginParams.js';
import type { ProjectsService } from './projects.service.js';
import type { QuotasService } from './quotas.service.js';
import { inScope, rowsIn } from './scoped.js';
import { filesOf, finishBatch, startBatch, type ReadFile, type SourceBatch } from './sources/sourceImports.js';

/** Sources of one project, at most. */
export const mostSources = 20;

/** Characters of a secret. */
const longestSecret = 4_000;

/** Seconds between looks, and where nobody says it. */
const pauseBounds = { least: 1, most: 3_600 };
const usualPause = 10;

/** What a source is like; what is undefined or null in a change stays. */
export interface SourceSettings {
  name?: string | null | undefined;
  plugin?: PluginChoice | null | undefined;
  /** An empty one takes it away. */
  secret?: string | null | undefined;
  split?: Split | null | undefined;
  label?: ImageLabel | null | undefined;
  everySeconds?: number | null | undefined;
  isPaused?: boolean | null | undefined;
}

/** A source to make. */
export interface NewSource extends SourceSettings {
  /** UUID. */
  datasetId: string;
  name: string;
  plugin: PluginChoice;
}

/** Files of a source in each state. */
export type SourceCounts = Record<SourceFileState, number>;

/** What a source does at the moment. */
export const sourceStates = ['WATCHING', 'IMPORTING', 'UNREACHABLE', 'PAUSED'] as const;
export type SourceState = (typeof sourceStates)[number];

interface Dependencies {
  dataSource: DataSource;
  queue: Pick<JobQueue, 'enqueue'>;
  projects: Pick<ProjectsService, 'byIds'>;
  datasets: Pick<DatasetsService, 'require'>;
  datasetImports: Pick<DatasetImportsService, 'storeFindings'>;
  quotas: Pick<QuotasService, 'requireRoom'>;
  /** Finds plugins and checks parameters, without running code of outside plugins here. */
  params: PluginParams;
}

/** From where images come into data sets by themselves. */
export class SourcesService {
  constructor(private readonly parts: Dependencies) {}

  /** Oldest first. @throws FaultError NOT_FOUND for the project. */
  async page(scope: AccessScope, projectId: string, request: PageRequest): Promise<Page<SourceEntity>> {
    const [project] = await this.parts.projects.byIds(scope, [projectId]);
    if (!project) throw nothingWithId('project');
    return paginate(inScope(this.sources.createQueryBuilder('source').where({ projectId }), scope), {
      connection: `sources:${projectId}`,
      alias: 'source',
      keys: [{ column: 'id', direction: 'ASC' }],
      request,
    });
  }

  /** Files that were refused, the last ones first. */
  refused(scope: AccessScope, sourceId: string, request: PageRequest): Promise<Page<SourceFileEntity>> {
    const rows = this.parts.dataSource.getRepository(SourceFileEntity).createQueryBuilder('file');
    return paginate(inScope(rows.where({ sourceId, state: 'REFUSED' }), scope), {
      connection: `source-files:${sourceId}`,
      alias: 'file',
      keys: [{ column: 'number', direction: 'DESC' }],
      request,
    });
  }

  /** How many files of a source are in each state. */
  async counts(sourceId: string): Promise<SourceCounts> {
    const rows = await this.parts.dataSource.query<{ state: SourceFileState; files: number }[]>(
      'SELECT state, count(*)::integer AS files FROM source_file WHERE source_id = $1 GROUP BY state',
      [sourceId],
    );
    const found = Object.fromEntries(rows.map(({ state, files }) => [state, files]));
    return { WAITING: 0, TAKEN: 0, KNOWN: 0, REFUSED: 0, ...found };
  }

  /** What a source does at the moment. */
  async stateOf({ pausedAt, trouble, jobId }: SourceEntity): Promise<SourceState> {
    if (pausedAt) return 'PAUSED';
    if (trouble !== null) return 'UNREACHABLE';
    const job = jobId === null ? null : await this.parts.dataSource.getRepository(JobEntity).findOneBy({ id: jobId });
    return job && !terminalJobStates.includes(job.state) ? 'IMPORTING' : 'WATCHING';
  }

  /** Whether a plugin reads what lies on the server, or by its credentials: setting it up is for whoever runs that. */
  isOnServer(name: string): boolean {
    return this.parts.params.isOnServer('source', name);
  }

  /**
   * Makes a source; a worker looks at it at once.
   * @throws ProblemError NOT_FOUND, TEXT_INVALID, BAD_USER_INPUT, CONFIG_INVALID, PLUGIN_*; CONFLICT for too many.
   */
  async create(scope: AccessScope, { datasetId, ...settings }: NewSource): Promise<SourceEntity> {
    const content = await this.contentOf(settings);
    const { projectId } = await this.parts.datasets.require(scope, datasetId);
    const id = uuid();
    await this.parts.dataSource.transaction(async (manager) => {
      if ((await manager.countBy(SourceEntity, { projectId })) >= mostSources) {
        throw problem('CONFLICT', `the project has ${mostSources} sources; no more are allowed`, { field: ['input'] });
      }
      const usual = { split: 'TRAIN', label: 'UNLABELLED', everySeconds: usualPause } as const;
      const given = { ...usual, ...content };
      await manager.save(manager.create(SourceEntity, { id, projectId, datasetId, ...given }));
      noteForAudit({ projectId, targets: [`Source:${id}`], details: { after: told(given) } });
    });
    return this.require(scope, id);
  }

  /**
   * Changes a source, pauses it or lets it go on; it is looked at again at once. Of another plugin or other parameters, all files are new.
   * @throws ProblemError NOT_FOUND, TEXT_INVALID, BAD_USER_INPUT, CONFIG_INVALID, PLUGIN_*.
   */
  async update(scope: AccessScope, id: string, { isPaused, ...change }: SourceSettings): Promise<SourceEntity> {
    const before = await this.require(scope, id);
    const content = await this.contentOf(change);
    const now = { dueAt: () => 'now()', leaseToken: null, trouble: null, failures: 0 };
    const paused = { pausedAt: before.pausedAt ?? new Date(), pauseReason: before.pauseReason ?? 'somebody paused it' };
    const state = isPaused ? paused : isPaused === false ? { pausedAt: null, pauseReason: null } : {};
    await this.parts.dataSource.transaction(async (manager) => {
      const written = { ...content, ...state, ...now } as unknown as QueryDeepPartialEntity<SourceEntity>;
      // Before its files, as whoever starts an import locks them.
      await manager.update(SourceEntity, { id }, written);
      if (change.plugin) await manager.delete(SourceFileEntity, { sourceId: id });
      noteForAudit({ projectId: before.projectId, details: { before: told(before), after: told(content) } });
    });
    return this.require(scope, id);
  }

  /** Has the files that were refused read again. @returns the source. @throws ProblemError NOT_FOUND. */
  async retry(scope: AccessScope, id: string): Promise<SourceEntity> {
    const source = await this.require(scope, id);
    await this.parts.dataSource.transaction(async (manager) => {
      const again = { state: 'WAITING', problem: null } as const;
      await manager.update(SourceEntity, { id }, { dueAt: () => 'now()' });
      const { affected } = await manager.update(SourceFileEntity, { sourceId: id, state: 'REFUSED' }, again);
      noteForAudit({ projectId: source.projectId, details: { files: affected } });
    });
    return source;
  }

  /** Its images stay. @throws ProblemError NOT_FOUND. */
  async remove(scope: AccessScope, id: string): Promise<void> {
    const source = await this.require(scope, id);
    await this.parts.dataSource.transaction(async (manager) => {
      await manager.delete(SourceEntity, { id });
      noteForAudit({ projectId: source.projectId, details: { before: told(source) } });
    });
  }

  /** What an import of a source has to do; nothing when the source was deleted or changed meanwhile. */
  async batchOf({ jobId, source }: DatasetImportEntity): Promise<{ source: SourceEntity; files: SourceFileEntity[] }> {
    const found = await this.require(everything, source.sourceId!);
    return { source: found, files: await filesOf(this.parts.dataSource.manager, jobId) };
  }

  /** Whether a data set has these bytes, or had them and a snapshot keeps them: what somebody took out does not come back. */
  knows(datasetId: string, sha256: string): Promise<boolean> {
    return this.parts.dataSource.manager.existsBy(ImageEntity, { datasetId, sha256 });
  }

  /**
   * Stores what an import of a source has read and queues the next one. Part of the transaction that completes the job.
   * @throws ProblemError NOT_FOUND, QUOTA_EXCEEDED.
   */
  async finishBatch(
    manager: EntityManager,
    row: DatasetImportEntity,
    source: SourceEntity,
    read: readonly ReadFile[],
  ): Promise<SourceBatch> {
    const { id, projectId } = source;
    const batch = await finishBatch(manager, row, id, read);
    if (batch.taken.length > 0) await this.parts.quotas.requireRoom(manager, projectId);
    const counts = { imagesImported: batch.taken.length, problems: [], totalProblems: 0 };
    await manager.update(DatasetImportEntity, { jobId: row.jobId }, counts);
    const summary = importSummary(batch.taken, { normalNames: [], leftOut: [], existing: batch.known });
    await this.parts.datasetImports.storeFindings(manager, row.jobId, {
      summary,
      skipped: batch.problems,
      warnings: [],
    });
    const now = await manager.findOneBy(SourceEntity, { id });
    if (!now) return batch;
    const isNext = now.pausedAt === null && (await startBatch(manager, this.parts.queue, now));
    await manager.update(SourceEntity, { id }, { failures: 0, ...(!isNext && { jobId: null }) });
    return batch;
  }

  /** @throws ProblemError NOT_FOUND. */
  private async require(scope: AccessScope, id: string): Promise<SourceEntity> {
    const found = await rowsIn(scope, this.sources, { id }).getOne();
    if (!found) throw notFound('source', id, ['input', 'sourceId']);
    return found;
  }

  private async contentOf(settings: SourceSettings): Promise<SourceContent> {
    const { name, plugin, secret, split, label, everySeconds } = settings;
    const problems = settingsProblems(settings);
    const resolved = plugin
      ? await collectProblems(problems, () => this.parts.params.resolve('source', plugin, ['input', 'plugin']))
      : undefined;
    throwIfProblems(problems);
    return {
      ...(typeof name === 'string' && { name }),
      ...(plugin && { plugin: plugin.id, params: resolved! }),
      ...(typeof secret === 'string' && { secret: secret === '' ? null : secret }),
      ...(split && { split }),
      ...(label && { label }),
      ...(typeof everySeconds === 'number' && { everySeconds }),
    };
  }

  private get sources() {
    return this.parts.dataSource.getRepository(SourceEntity);
  }
}

type SourceContent = Partial<
  Pick<SourceEntity, 'name' | 'plugin' | 'params' | 'secret' | 'split' | 'label' | 'everySeconds'>
>;

function settingsProblems({ name, secret, label, everySeconds: every }: SourceSettings): Problem[] {
  const { least, most } = pauseBounds;
  const invalid = (input: string, message: string): Problem => ({
    ...{ code: 'BAD_USER_INPUT', message },
    field: ['input', input],
  });
  const fault = typeof secret === 'string' ? textFault(secret, longestSecret) : undefined;
  const isWrong = typeof every === 'number' && !(Number.isInteger(every) && every >= least && every <= most);
  return [
    ...(typeof name === 'string' ? nameProblems('source name', name, { field: ['input', 'name'] }) : []),
    ...(fault ? [invalid('secret', `the secret ${fault}`)] : []),
    ...(label === 'ANOMALOUS'
      ? [invalid('label', 'label is ANOMALOUS; images that come unseen are UNLABELLED or NORMAL')]
      : []),
    ...(isWrong
      ? [invalid('everySeconds', `everySeconds is ${every}; it must be a whole number from ${least} to ${most}`)]
      : []),
  ];
}

/** What the audit log is told: never the secret. */
function told({ name, plugin, params, split, label, everySeconds }: SourceContent) {
  return { name, plugin, params, split, label, everySeconds };
}
