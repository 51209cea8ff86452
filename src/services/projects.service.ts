import { In, Not, type DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { everything, type AccessScope, type Principal } from '../access/index.js';
import {
  DatasetEntity,
  JobEntity,
  MembershipEntity,
  ModelEntity,
  ProjectEntity,
  terminalJobStates,
} from '../database/entities/index.js';
import { isUniqueViolation, noteForAudit } from '../database/index.js';
import { notFound, problem, throwIfProblems } from '../shared/errors.js';
import { tellAccessChanged } from './access/loadPrincipal.js';
import { nameProblems, quoted } from './names.js';
import { paginate, type Page, type PageRequest } from './pagination.js';
import { inScope, rowsIn } from './scoped.js';

/** Name of the project that is always there. */
export const defaultProjectName = 'default';

/** What is left out stays as it is. */
export interface ProjectChange {
  name?: string | null | undefined;
  engineersMayRelease?: boolean | null | undefined;
}

const nameField = ['input', 'name'];

/** Projects: what everything else belongs to. */
export class ProjectsService {
  constructor(private readonly dataSource: DataSource) {}

  /** @param principal becomes its owner, when it is a person. @throws ProblemError TEXT_INVALID, NAME_TAKEN. */
  async create({ name }: { name: string }, principal?: Principal): Promise<ProjectEntity> {
    throwIfProblems(nameProblems('project name', name, { field: nameField }));
    const id = uuid();
    await refuseTaken(name, () =>
      this.dataSource.transaction(async (manager) => {
        await manager.insert(ProjectEntity, { id, name });
        noteForAudit({ projectId: id, targets: [`Project:${id}`] });
        if (principal?.kind !== 'PERSON') return;
        await manager.insert(MembershipEntity, { projectId: id, principalId: principal.id, role: 'OWNER' });
        await tellAccessChanged(manager, principal.id);
      }),
    );
    return this.projects.findOneByOrFail({ id });
  }

  /** Renames a project, or changes its settings. @throws ProblemError NOT_FOUND, TEXT_INVALID, NAME_TAKEN, CONFLICT for the default one's name. */
  async update(scope: AccessScope, id: string, change: ProjectChange): Promise<ProjectEntity> {
    const project = await this.require(scope, id, ['input', 'id']);
    const name = change.name ?? project.name;
    if (name !== project.name) {
      refuseForDefault(project, 'keeps its name');
      throwIfProblems(nameProblems('project name', name, { field: nameField }));
    }
    const engineersMayRelease = change.engineersMayRelease ?? project.engineersMayRelease;
    await refuseTaken(name, () =>
      this.dataSource.transaction(async (manager) => {
        await manager.update(ProjectEntity, { id }, { name, engineersMayRelease });
        const before = { name: project.name, engineersMayRelease: project.engineersMayRelease };
        noteForAudit({ details: { before, after: { name, engineersMayRelease } } });
        if (engineersMayRelease !== project.engineersMayRelease) await tellAccessChanged(manager);
      }),
    );
    return this.require(scope, id, ['input', 'id']);
  }

  /** Puts a project away, or takes it back into use. @throws ProblemError NOT_FOUND, CONFLICT for the default one. */
  async archive(scope: AccessScope, id: string, archived: boolean): Promise<ProjectEntity> {
    const project = await this.require(scope, id, ['input', 'id']);
    if (archived) refuseForDefault(project, 'cannot be archived');
    await this.dataSource.transaction(async (manager) => {
      await manager.update(ProjectEntity, { id }, { archivedAt: archived ? (project.archivedAt ?? new Date()) : null });
      noteForAudit({ details: { before: { archived: project.archivedAt !== null }, after: { archived } } });
    });
    return this.require(scope, id, ['input', 'id']);
  }

  /**
   * Deletes a project that holds neither data sets nor models, with its ended jobs and its members.
   * @throws ProblemError NOT_FOUND; CONFLICT saying what it holds, jobs that have not ended included: they may make a model yet.
   */
  async remove(scope: AccessScope, id: string): Promise<void> {
    const project = await this.require(scope, id, ['input', 'id']);
    refuseForDefault(project, 'cannot be deleted');
    await this.dataSource.transaction(async (manager) => {
      await manager.findOne(ProjectEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
      const datasets = await manager.countBy(DatasetEntity, { projectId: id });
      const models = await manager.countBy(ModelEntity, { projectId: id });
      const jobs = await manager.countBy(JobEntity, { projectId: id, state: Not(In([...terminalJobStates])) });
      if (datasets + models + jobs > 0) {
        const held = `data sets: ${datasets}, models: ${models}, jobs that have not ended: ${jobs}`;
        const message = `the project ${quoted(project.name)} is in use (${held}); delete or cancel them first`;
        throw problem('CONFLICT', message, { field: ['input', 'id'], item: project.name });
      }
      await manager.delete(JobEntity, { projectId: id });
      await manager.delete(ProjectEntity, { id });
      await tellAccessChanged(manager);
    });
  }

  /** The project everything belongs to that names no other; made when it is missing. */
  async default(): Promise<ProjectEntity> {
    await this.projects
      .createQueryBuilder()
      .insert()
      .values({ id: uuid(), name: defaultProjectName })
      .orIgnore()
      .execute();
    return this.projects.findOneByOrFail({ name: defaultProjectName });
  }

  /**
   * The project that something new goes into: the one named; else the default one where that lies in the scope, else the only one.
   * @throws ProblemError NOT_FOUND; BAD_USER_INPUT when several could be meant; CONFLICT for one that is archived.
   */
  async choose(scope: AccessScope, projectId: string | null | undefined): Promise<ProjectEntity> {
    const field = ['input', 'projectId'];
    const project = projectId ? await this.require(scope, projectId, field) : await this.usual(scope, field);
    noteForAudit({ projectId: project.id });
    if (project.archivedAt === null) return project;
    throw problem('CONFLICT', `the project ${quoted(project.name)} is archived: nothing new is made in it`, {
      field,
      item: project.name,
    });
  }

  private async usual(scope: AccessScope, field: readonly string[]): Promise<ProjectEntity> {
    if (scope === everything) return this.default();
    const found = await rowsIn(scope, this.projects, {})
      .orderBy('found.name <> :usual')
      .addOrderBy('found.id')
      .setParameter('usual', defaultProjectName)
      .limit(2)
      .getMany();
    const [first, second] = found;
    if (first && (!second || first.name === defaultProjectName)) return first;
    const message = first
      ? 'projectId is missing: it must say which of several projects is meant'
      : 'projectId is missing, and there is no project to make something in; ask the owner of one to let you in';
    throw problem('BAD_USER_INPUT', message, { field });
  }

  /** @throws ProblemError NOT_FOUND. */
  async require(scope: AccessScope, id: string, field: readonly string[]): Promise<ProjectEntity> {
    const found = await rowsIn(scope, this.projects, { id }).getOne();
    if (!found) throw notFound('project', id, field);
    return found;
  }

  byIds(scope: AccessScope, ids: readonly string[]): Promise<ProjectEntity[]> {
    return rowsIn(scope, this.projects, { id: In([...ids]) }).getMany();
  }

  byName(scope: AccessScope, name: string): Promise<ProjectEntity | null> {
    return rowsIn(scope, this.projects, { name }).getOne();
  }

  /** The same for what is about to change. @throws ProblemError NOT_FOUND. */
  async named(scope: AccessScope, name: string): Promise<ProjectEntity> {
    const found = await this.byName(scope, name.normalize('NFC'));
    if (!found) throw notFound('project', quoted(name), ['project']);
    noteForAudit({ projectId: found.id });
    return found;
  }

  /** Oldest first. */
  page(scope: AccessScope, request: PageRequest): Promise<Page<ProjectEntity>> {
    const query = this.projects.createQueryBuilder('project');
    return paginate(inScope(query, scope), {
      connection: 'projects',
      alias: 'project',
      keys: [{ column: 'id', direction: 'ASC' }],
      request,
    });
  }

  private get projects() {
    return this.dataSource.getRepository(ProjectEntity);
  }
}

/** Runs what gives a project its name. @throws ProblemError NAME_TAKEN. */
async function refuseTaken(name: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw problem('NAME_TAKEN', `a project named ${quoted(name)} exists already`, { field: nameField, item: name });
  }
}

/** What belongs to no other project goes into that of this name. */
function refuseForDefault({ name }: ProjectEntity, why: string): void {
  if (name !== defaultProjectName) return;
  throw problem('CONFLICT', `the project ${quoted(name)} ${why}: what names no project goes there`, {
    field: ['input', 'id'],
    item: name,
  });
}
