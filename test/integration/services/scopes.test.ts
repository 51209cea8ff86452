import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import {
  permissionsOf,
  projectPermissions,
  roles,
  scopeOf,
  type AccessScope,
  type Principal,
} from '../../../src/access/index.js';
import { DatasetEntity, ModelEntity, ProjectEntity } from '../../../src/database/entities/index.js';
import { DatasetsService } from '../../../src/services/datasets.service.js';
import { ModelsService } from '../../../src/services/models.service.js';
import type { Page, PageRequest } from '../../../src/services/pagination.js';
import { ProjectsService } from '../../../src/services/projects.service.js';
import { useDatabase } from '../../support/database.js';

const database = useDatabase();
const projects = Array.from({ length: 4 }, () => uuid());
/** Everything there is of each kind, with its project. */
const all: Record<string, { id: string; projectId: string }[]> = {};
let lists: Record<string, (scope: AccessScope, request: PageRequest) => Promise<Page<{ id: string }>>>;

beforeAll(async () => {
  const { dataSource } = database;
  const { manager } = dataSource;
  await manager.insert(
    ProjectEntity,
    projects.map((id) => ({ id, name: id })),
  );
  // The last project has nothing.
  const things = projects
    .slice(0, 3)
    .flatMap((projectId, i) => Array.from({ length: 2 + 3 * i }, () => ({ id: uuid(), projectId, name: uuid() })));
  await manager.insert(DatasetEntity, things);
  await manager.insert(ModelEntity, things);
  const projectsService = new ProjectsService(dataSource);
  const datasets = new DatasetsService(dataSource, projectsService);
  const models = new ModelsService(dataSource);
  lists = {
    projects: (scope, request) => projectsService.page(scope, request),
    datasets: (scope, request) => datasets.page(scope, request),
    models: (scope, request) => models.page(scope, request),
  };
  const everyProject = await manager.find(ProjectEntity);
  Object.assign(all, {
    projects: everyProject.map(({ id }) => ({ id, projectId: id })),
    ...{ datasets: things, models: things },
  });
});

const place = fc.constantFrom(...projects);

const somePermissions = fc.uniqueArray(fc.constantFrom(...projectPermissions));
const someProjects = fc.uniqueArray(place);

/** A person with whatever memberships, and whatever a token leaves of them. */
const person = fc.record({
  kind: fc.constant('PERSON' as const),
  isAdmin: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
  memberships: fc.uniqueArray(
    fc.record({ projectId: place, role: fc.constantFrom(...roles), engineersMayRelease: fc.boolean() }),
    { selector: ({ projectId }) => projectId },
  ),
  grant: fc.option(
    fc.record({ permissions: somePermissions, projects: fc.oneof(someProjects, fc.constant('all' as const)) }),
    { nil: undefined },
  ),
});

const service = fc.record({
  kind: fc.constant('SERVICE' as const),
  isAdmin: fc.constant(false),
  memberships: fc.constant([]),
  grant: fc.record({ permissions: somePermissions, projects: someProjects }),
});

const somebody: fc.Arbitrary<Principal> = fc.oneof(person, service).map((rights) => ({
  ...{ id: uuid(), name: 'somebody', via: { kind: 'TOKEN', id: null }, mayCreateProjects: false },
  ...rights,
}));

describe('lists in a scope', () => {
  it('hold what one by one may be seen, in pages and totals alike', { timeout: 120_000 }, async () => {
    const cases = fc.record({
      principal: somebody,
      permission: fc.constantFrom(...projectPermissions),
      kind: fc.constantFrom('projects', 'datasets', 'models'),
      first: fc.integer({ min: 1, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ principal, permission, kind, first }) => {
        const seen = all[kind]!.filter(({ projectId }) => permissionsOf(principal, projectId).has(permission));
        const scope = scopeOf(principal, permission);
        const found: string[] = [];
        for (let after: string | undefined; ;) {
          const page = await lists[kind]!(scope, { first, after });
          expect(await page.totalCount()).toBe(seen.length);
          found.push(...page.nodes.map(({ id }) => id));
          after = page.cursors.at(-1);
          if (!page.hasNextPage) break;
        }
        expect(found.sort()).toEqual(seen.map(({ id }) => id).sort());
      }),
      { numRuns: 100 },
    );
  });
});
