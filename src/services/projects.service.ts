import { In, type DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { ProjectEntity } from '../database/entities/index.js';
import { isUniqueViolation } from '../database/index.js';
import { notFound, problem, throwIfProblems } from '../shared/errors.js';
import { nameProblems, quoted } from './names.js';
import { paginate, type Page, type PageRequest } from './pagination.js';

/** Name of the project that is always there. */
export const defaultProjectName = 'default';

/** Projects group data sets and models. */
export class ProjectsService {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws ProblemError TEXT_INVALID, NAME_TAKEN. */
  async create(input: { name: string }): Promise<ProjectEntity> {
    const field = ['input', 'name'];
    throwIfProblems(nameProblems('project name', input.name, { field }));
    try {
      return await this.projects.save(this.projects.create({ id: uuid(), name: input.name }));
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw problem('NAME_TAKEN', `a project named ${quoted(input.name)} exists already`, { field, item: input.name });
    }
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

  /** @throws ProblemError NOT_FOUND. */
  async require(id: string, field: readonly string[]): Promise<ProjectEntity> {
    const found = await this.projects.findOneBy({ id });
    if (!found) throw notFound('project', id, field);
    return found;
  }

  byIds(ids: readonly string[]): Promise<ProjectEntity[]> {
    return this.projects.findBy({ id: In([...ids]) });
  }

  byName(name: string): Promise<ProjectEntity | null> {
    return this.projects.findOneBy({ name });
  }

  /** Oldest first. */
  page(request: PageRequest): Promise<Page<ProjectEntity>> {
    const query = this.projects.createQueryBuilder('project');
    return paginate(query, {
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
