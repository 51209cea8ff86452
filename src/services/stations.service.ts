import type { DataSource, EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { AccessScope } from '../access/index.js';
import {
  ModelAliasEntity,
  ModelEntity,
  ModelVersionEntity,
  ProjectEntity,
  StationEntity,
} from '../database/entities/index.js';
import { isUniqueViolation, noteForAudit } from '../database/index.js';
import { FaultError, notFound, nothingWithId, problem, throwIfProblems, type Problem } from '../shared/errors.js';
import { ofProject, oneNamed } from './named.js';
import { nameProblems, quoted } from './names.js';
import { paginate, type Page, type PageRequest } from './pagination.js';
import type { PredictionsService } from './predictions.service.js';
import { inScope, liesIn, rowsIn } from './scoped.js';
import type { StationAnswer } from './stations/stationAnswer.js';

/** Milliseconds that a line may wait, and where nobody says it. */
const deadlineBounds = { least: 10, most: 60_000 };
const usualDeadline = 2_000;

/** What a station is like; what is undefined or null in a change stays. */
export interface StationSettings {
  name?: string | null | undefined;
  /** UUID. */
  modelId?: string | null | undefined;
  alias?: string | null | undefined;
  deadlineMilliseconds?: number | null | undefined;
}

/** A station to make. */
export interface NewStation extends StationSettings {
  /** UUID. */
  projectId: string;
  name: string;
  modelId: string;
  alias: string;
}

/** An image that a station sends. */
export interface StationImage {
  bytes: Uint8Array;
  partId: string | null;
  /** Whether the line was told NOK already: then nobody waits for it, and NOK it stays. */
  isLate: boolean;
  /** Aborted when whoever asks is gone. */
  signal?: AbortSignal | undefined;
}

/** What a station needs to know of itself. */
export interface StationFacts {
  name: string;
  model: string;
  alias: string;
  /** That answers at the moment. */
  version: number;
  deadlineMilliseconds: number;
}

/** Places of a line: each set to the alias of a model, which answers what it sends. */
export class StationsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly predictions: Pick<PredictionsService, 'predictAtStation'>,
  ) {}

  /** By name. @throws FaultError NOT_FOUND for the project. */
  async page(scope: AccessScope, projectId: string, request: PageRequest): Promise<Page<StationEntity>> {
    if (!(await this.hasProject(scope, projectId))) throw nothingWithId('project');
    return paginate(inScope(this.stations.createQueryBuilder('station').where({ projectId }), scope), {
      connection: `stations:${projectId}`,
      alias: 'station',
      keys: [{ column: 'name', direction: 'ASC' }],
      request,
    });
  }

  /** @throws ProblemError NOT_FOUND for project, model or alias, TEXT_INVALID, BAD_USER_INPUT, NAME_TAKEN. */
  async create(scope: AccessScope, { projectId, ...settings }: NewStation): Promise<StationEntity> {
    throwIfProblems(settingsProblems(settings));
    if (!(await this.hasProject(scope, projectId))) throw notFound('project', projectId, ['input', 'projectId']);
    const { name, modelId, alias } = settings;
    const deadlineMilliseconds = settings.deadlineMilliseconds ?? usualDeadline;
    const id = uuid();
    await this.write(name, async (manager) => {
      await requireAlias(manager, { projectId, modelId, alias });
      await manager.insert(StationEntity, { id, projectId, name, modelId, alias, deadlineMilliseconds });
      const after = { name, modelId, alias, deadlineMilliseconds };
      noteForAudit({ projectId, targets: [`Station:${id}`], details: { after } });
    });
    return this.require(scope, id);
  }

  /** @throws ProblemError NOT_FOUND for station, model or alias, TEXT_INVALID, BAD_USER_INPUT, NAME_TAKEN. */
  async update(scope: AccessScope, id: string, change: StationSettings): Promise<StationEntity> {
    throwIfProblems(settingsProblems(change));
    const before = await this.require(scope, id);
    const name = change.name ?? before.name;
    const modelId = change.modelId ?? before.modelId;
    const alias = change.alias ?? before.alias;
    const after = {
      name,
      modelId,
      alias,
      deadlineMilliseconds: change.deadlineMilliseconds ?? before.deadlineMilliseconds,
    };
    await this.write(name, async (manager) => {
      const { projectId } = before;
      if (modelId && (change.modelId || change.alias)) await requireAlias(manager, { projectId, modelId, alias });
      await manager.update(StationEntity, { id }, after);
      const { name: earlier, modelId: earlierModel, alias: earlierAlias, deadlineMilliseconds } = before;
      const details = {
        before: { name: earlier, modelId: earlierModel, alias: earlierAlias, deadlineMilliseconds },
        after,
      };
      noteForAudit({ projectId, details });
    });
    return this.require(scope, id);
  }

  /** What it asked stays in the log. @throws ProblemError NOT_FOUND. */
  async remove(scope: AccessScope, id: string): Promise<void> {
    const { projectId, name } = await this.require(scope, id);
    await this.dataSource.transaction(async (manager) => {
      await manager.delete(StationEntity, { id });
      noteForAudit({ projectId, details: { before: { name } } });
    });
  }

  /**
   * The station of a name, as whoever stands there knows it.
   * @param projectId where to look; everywhere when left out.
   * @throws FaultError NOT_FOUND, NAME_AMBIGUOUS.
   */
  async byName(scope: AccessScope, name: string, projectId?: string): Promise<StationEntity> {
    const rows = await rowsIn(scope, this.stations, { name, ...ofProject(projectId) })
      .limit(2)
      .getMany();
    const found = oneNamed('station', name, rows);
    if (!found) throw new FaultError('NOT_FOUND', `There is no station ${quoted(name)}.`);
    return found;
  }

  /** What a station needs to know of itself. @throws ProblemError CONFLICT when its alias points at nothing. */
  async factsOf(station: StationEntity): Promise<StationFacts> {
    const { version, model } = await this.versionOf(station);
    const { name, alias, deadlineMilliseconds } = station;
    return { name, model: model!.name, alias, version, deadlineMilliseconds };
  }

  /**
   * What the model of a station says of an image. It is in the log before it is answered; the same image of the same part is answered as
   * before.
   * @throws ProblemError CONFLICT when its alias points at nothing, TEXT_INVALID, the codes of a bad image; FaultError QUOTA_EXCEEDED,
   * SERVICE_UNAVAILABLE when there was no verdict in time: the part is NOK then.
   */
  async predict(
    scope: AccessScope,
    station: StationEntity,
    { signal, ...image }: StationImage,
  ): Promise<StationAnswer> {
    const { id: modelVersionId } = await this.versionOf(station);
    const { id: stationId, name, deadlineMilliseconds } = station;
    const late = AbortSignal.timeout(image.isLate ? deadlineBounds.most : deadlineMilliseconds);
    const signals = signal ? AbortSignal.any([signal, late]) : late;
    try {
      const asked = { ...image, modelVersionId, stationId, station: name, withMap: false, signal: signals };
      return await this.predictions.predictAtStation(scope, asked);
    } catch (error) {
      if (!late.aborted) throw error;
      const message = `Station ${quoted(name)} has no verdict within ${deadlineMilliseconds} ms: the part is NOK.`;
      throw new FaultError('SERVICE_UNAVAILABLE', message);
    }
  }

  private async versionOf({ name, modelId, alias }: StationEntity): Promise<ModelVersionEntity> {
    const found = await this.dataSource
      .getRepository(ModelVersionEntity)
      .createQueryBuilder('version')
      .innerJoinAndSelect('version.model', 'model')
      .innerJoin(ModelAliasEntity, 'alias', 'alias.modelVersionId = version.id')
      .where('version.modelId = :modelId AND alias.name = :alias', { modelId, alias })
      .getOne();
    if (found) return found;
    const message = `station ${quoted(name)} is set to the alias ${quoted(alias)}, which points at no version; set the alias, or the station to another one`;
    throw problem('CONFLICT', message, { item: name });
  }

  private async write(name: string, work: (manager: EntityManager) => Promise<void>): Promise<void> {
    try {
      await this.dataSource.transaction(work);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      const location = { field: ['input', 'name'], item: name };
      throw problem('NAME_TAKEN', `the project has a station ${quoted(name)} already`, location);
    }
  }

  private async require(scope: AccessScope, id: string): Promise<StationEntity> {
    const found = await rowsIn(scope, this.stations, { id }).getOne();
    if (!found) throw notFound('station', id, ['input', 'stationId']);
    return found;
  }

  private async hasProject(scope: AccessScope, id: string): Promise<boolean> {
    const { manager } = this.dataSource;
    return (await liesIn(scope, manager, ProjectEntity, id)) && manager.existsBy(ProjectEntity, { id });
  }

  private get stations() {
    return this.dataSource.getRepository(StationEntity);
  }
}

/** @throws ProblemError NOT_FOUND. */
async function requireAlias(
  manager: EntityManager,
  { projectId, modelId, alias }: { projectId: string; modelId: string; alias: string },
): Promise<void> {
  const model = await manager.findOneBy(ModelEntity, { id: modelId, projectId });
  if (!model) throw notFound('model', modelId, ['input', 'modelId']);
  if (await manager.existsBy(ModelAliasEntity, { modelId, name: alias })) return;
  const message = `the model ${quoted(model.name)} has no alias ${quoted(alias)}`;
  throw problem('NOT_FOUND', message, { field: ['input', 'alias'], item: alias });
}

function settingsProblems({ name, alias, deadlineMilliseconds: deadline }: StationSettings): Problem[] {
  const { least, most } = deadlineBounds;
  const isWrong =
    typeof deadline === 'number' && !(Number.isInteger(deadline) && deadline >= least && deadline <= most);
  const message = `deadlineMilliseconds is ${deadline}; it must be a whole number from ${least} to ${most}`;
  return [
    ...(typeof name === 'string' ? nameProblems('station name', name, { field: ['input', 'name'] }) : []),
    ...(typeof alias === 'string' ? nameProblems('alias', alias, { field: ['input', 'alias'] }) : []),
    ...(isWrong ? [{ code: 'BAD_USER_INPUT', message, field: ['input', 'deadlineMilliseconds'] } as const] : []),
  ];
}
