import { beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../../../migrations/index.js';
import { blobReferences, migrate, migrateExactly, schemaDrift } from '../../../src/database/index.js';
import { useDatabase } from '../../support/database.js';
import { fillAsBefore } from '../../support/earlierInstallation.js';

const database = useDatabase();
const names = migrations.map(({ name }) => name);
/** Every migration before there were people and tenants. */
const earlier = names.slice(
  0,
  names.findIndex((name) => name.startsWith('Principals')),
);
const key = 'given with a job of then';

/** What has a name, a key or a file, as every release keeps it. */
const kept: Readonly<Record<string, string>> = {
  project: 'id, name',
  dataset: 'id, name, project_id',
  model: 'id, name, project_id',
  job: 'id, state, idempotency_key, input_digest',
  image: 'id, dataset_id, filename, sha256',
  annotation: 'id, image_id, kind',
  model_version: 'id, model_id, version, artifact_sha256',
  job_event: 'job_id, seq',
};

async function rows(columns: (table: string) => string): Promise<Record<string, unknown[]>> {
  const found: [string, unknown[]][] = [];
  for (const table of Object.keys(kept)) {
    found.push([table, await database.dataSource.query(`SELECT ${columns(table)} FROM "${table}" ORDER BY 1, 2`)]);
  }
  return Object.fromEntries(found);
}

const keptRows = () => rows((table) => kept[table]!);
const files = async () => (await blobReferences(database.dataSource.manager)).map(({ sha256 }) => sha256);

describe('an installation from before projects had people', () => {
  let before: Record<string, unknown[]>;
  let filesBefore: string[];
  beforeAll(async () => {
    const { dataSource } = database;
    await fillAsBefore(dataSource);
    const ofOneJob = 'WHERE id = (SELECT min(id::text)::uuid FROM job)';
    await dataSource.query(`UPDATE job SET idempotency_key = $1, input_digest = 'd' ${ofOneJob}`, [key]);
    [before, filesBefore] = [await keptRows(), await files()];
  });

  it('goes into the default project with its names, keys, jobs and files', async () => {
    await migrate(database.dataSource);
    expect(await schemaDrift(database.dataSource)).toEqual([]);
    expect(await keptRows()).toEqual(before);
    expect(before['job']).toContainEqual(expect.objectContaining({ idempotency_key: key }));
    for (const table of ['image', 'model_version', 'job_event'])
      expect(before[table]!.length, table).toBeGreaterThan(0);
    expect(await files()).toEqual(filesBefore);
    for (const table of ['dataset', 'model', 'job', 'upload']) {
      const [found] = await database.dataSource.query<{ elsewhere: number }[]>(
        `SELECT (count(*) FILTER (WHERE project.name IS DISTINCT FROM 'default'))::int AS elsewhere
         FROM "${table}" LEFT JOIN project ON project.id = "${table}".project_id`,
      );
      expect(found, table).toEqual({ elsewhere: 0 });
    }
    const same = `SELECT count(*)::int AS jobs FROM job JOIN project ON project.id = job.project_id
      WHERE idempotency_key = $1 AND project.name = 'default'`;
    expect(await database.dataSource.query(same, [key])).toEqual([{ jobs: 1 }]);
  });

  it('comes back from there with all of it, and goes again', async () => {
    await migrateExactly(database.dataSource, earlier);
    const there = await rows(() => '*');
    expect(await keptRows()).toEqual(before);
    expect(await files()).toEqual(filesBefore);
    await migrate(database.dataSource);
    await migrateExactly(database.dataSource, earlier);
    expect(await rows(() => '*')).toEqual(there);
    await migrate(database.dataSource);
    expect(await keptRows()).toEqual(before);
  });
});
