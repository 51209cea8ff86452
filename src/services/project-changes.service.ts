import type { DataSource } from 'typeorm';
import type { AccessScope } from '../access/index.js';
import {
  type ChangeDetails,
  type ChangeKind,
  ProjectChangeEntity,
  ProjectChangeHeadEntity,
  ProjectEntity,
} from '../database/entities/index.js';
import { nothingWithId } from '../shared/errors.js';
import { cursorInLog, placeInLog, sharedRecords } from './logPlaces.js';
import { paginate, type CursorArgument, type Page, type PageRequest } from './pagination.js';
import { inScope, liesIn } from './scoped.js';

/** One change as clients see it: the row, its details' fields, and the cursor that continues behind it. */
export type ProjectChangeRecord = {
  projectId: string;
  seq: number;
  kind: ChangeKind;
  /** Of the things it is about. */
  count: number;
  /** UUIDs of those things, at most 100. */
  ids: readonly string[];
  at: Date;
  cursor: string;
} & ChangeDetails;

/** What this service needs of the feed. */
export interface ProjectChangeSource {
  /** Changes behind `afterSeq`, first the stored ones, then live; ends when the project is deleted or `signal` aborts. */
  follow(projectId: string, afterSeq: number, signal: AbortSignal): AsyncIterable<ProjectChangeEntity>;
}

/** Which changes are meant; of none given, all. */
export type ChangeKinds = readonly ChangeKind[] | null | undefined;

/** What changes in projects: written by the database with each change, read here. */
export class ProjectChangesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly feed: ProjectChangeSource,
  ) {}

  /** Oldest first. @throws FaultError NOT_FOUND, CURSOR_INVALID, CURSOR_EXPIRED. */
  async page(
    scope: AccessScope,
    projectId: string,
    kinds: ChangeKinds,
    request: PageRequest,
  ): Promise<Page<ProjectChangeRecord>> {
    await this.requireProject(scope, projectId);
    for (const argument of ['after', 'before'] as const) {
      if (request[argument]) await this.place(projectId, request[argument], argument);
    }
    const query = this.dataSource.getRepository(ProjectChangeEntity).createQueryBuilder('change').where({ projectId });
    if (kinds) query.andWhere('change.kind = ANY(:kinds)', { kinds });
    const page = await paginate(inScope(query, scope), {
      connection: changeConnection(projectId),
      alias: 'change',
      keys: [{ column: 'seq', direction: 'ASC' }],
      request,
    });
    return { ...page, nodes: page.nodes.map(toRecord) };
  }

  /**
   * Every change of these kinds behind the cursor (from the oldest kept without one), then the live ones; ends when the project is
   * deleted.
   * @throws FaultError NOT_FOUND; CURSOR_INVALID for a cursor of another project or beyond the last change; CURSOR_EXPIRED when the
   * change behind it was deleted for its age.
   */
  async follow(
    scope: AccessScope,
    { projectId, after, kinds }: { projectId: string; after?: string | null | undefined; kinds?: ChangeKinds },
    signal: AbortSignal,
  ): Promise<AsyncIterable<ProjectChangeRecord>> {
    await this.requireProject(scope, projectId);
    const seq = await this.place(projectId, after);
    const changes = this.feed.follow(projectId, seq, signal);
    return mapRecords(kinds ? ofKinds(changes, new Set(kinds)) : changes);
  }

  /** The number that a cursor of a project's log stands for; without one, the place before the oldest change kept. @throws FaultError CURSOR_INVALID, CURSOR_EXPIRED. */
  placeBehind(projectId: string, after: string | null | undefined): Promise<number> {
    return this.place(projectId, after);
  }

  private async requireProject(scope: AccessScope, projectId: string): Promise<void> {
    const projects = this.dataSource.getRepository(ProjectEntity);
    const exists =
      (await liesIn(scope, projects.manager, ProjectEntity, projectId)) && projects.existsBy({ id: projectId });
    if (!(await exists)) throw nothingWithId('project');
  }

  private async place(
    projectId: string,
    cursor: string | null | undefined,
    argument?: CursorArgument,
  ): Promise<number> {
    const head = await this.dataSource.getRepository(ProjectChangeHeadEntity).findOneBy({ projectId });
    const oldest = await this.dataSource.getRepository(ProjectChangeEntity).minimum('seq', { projectId });
    const ends = { oldestSeq: oldest ?? 1, lastSeq: head?.lastSeq ?? 0, of: 'project' };
    return placeInLog({ connection: changeConnection(projectId), ...ends }, cursor, argument);
  }
}

/** Cursors name their project, so that one of another project is noticed. Whatever kinds are asked for, they are the same. */
function changeConnection(projectId: string): string {
  return `projectChanges:${projectId}`;
}

async function* ofKinds(
  changes: AsyncIterable<ProjectChangeEntity>,
  kinds: ReadonlySet<ChangeKind>,
): AsyncGenerator<ProjectChangeEntity> {
  for await (const change of changes) if (kinds.has(change.kind)) yield change;
}

const mapRecords = sharedRecords(toRecord);

function toRecord({ projectId, seq, kind, count, ids, details, at }: ProjectChangeEntity): ProjectChangeRecord {
  return { ...details, projectId, seq, kind, count, ids, at, cursor: cursorInLog(changeConnection(projectId), seq) };
}
