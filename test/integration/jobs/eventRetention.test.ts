import { afterEach, beforeEach, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { everything } from '../../../src/access/index.js';
import { DatasetEntity, DatasetImportEntity, type JobState } from '../../../src/database/entities/index.js';
import { eventRetention } from '../../../src/jobs/index.js';
import { JobsService } from '../../../src/services/jobs.service.js';
import { QuotasService } from '../../../src/services/quotas.service.js';
import { ProjectsService } from '../../../src/services/projects.service.js';
import { useDatabase } from '../../support/database.js';
import { startJobs, type TestJobs } from '../../support/jobs.js';

const database = useDatabase();
let jobs: TestJobs;
let service: JobsService;
beforeEach(async () => {
  jobs = await startJobs(database.dataSource);
  service = new JobsService(database.dataSource, jobs.queue, jobs.feed, new QuotasService(database.dataSource));
});
afterEach(() => jobs.stop());

/** A job with eight events, the last one its state, that ended some days ago. */
async function oldJob({ daysAgo, state = 'COMPLETED' }: { daysAgo: number; state?: JobState }): Promise<string> {
  const id = await jobs.enqueue();
  await database.dataSource.query(
    `INSERT INTO job_event (job_id, seq, attempt, type, payload)
     SELECT $1, seq, 1, 'LOG_WRITTEN', '{"level": "INFO", "message": "line"}' FROM generate_series(2, 7) AS seq`,
    [id],
  );
  await database.dataSource.query(
    `INSERT INTO job_event (job_id, seq, attempt, type, payload) VALUES ($1, 8, 1, 'STATE_CHANGED', $2)`,
    [id, { state }],
  );
  await database.dataSource.query(
    `UPDATE job SET state = $2, last_seq = 8, finished_at = now() - $3 * interval '1 day' WHERE id = $1`,
    [id, state, daysAgo],
  );
  return id;
}

async function kept(jobId: string): Promise<number[]> {
  return (await jobs.log.read(jobId, 0, 100)).map(({ seq }) => seq);
}

async function seen(jobId: string, after?: string): Promise<number[]> {
  const seqs: number[] = [];
  for await (const { seq } of await service.follow(everything, jobId, after, new AbortController().signal))
    seqs.push(seq);
  return seqs;
}

it('deletes all but the last event of a job that ended long ago, and nothing of any other', async () => {
  const old = await oldJob({ daysAgo: 31 });
  const failed = await oldJob({ daysAgo: 400, state: 'FAILED' });
  const young = await oldJob({ daysAgo: 29 });
  const running = await oldJob({ daysAgo: 31, state: 'RUNNING' });
  const retention = eventRetention(database.dataSource, 30);
  const counts = await Promise.all([retention.now(), retention.now()]);
  expect(counts.reduce<number>((sum, count) => sum + (count ?? 0), 0)).toBe(14);
  expect(await kept(old)).toEqual([8]);
  expect(await kept(failed)).toEqual([8]);
  expect(await kept(young)).toHaveLength(8);
  expect(await kept(running)).toHaveLength(8);
  expect(await retention.now()).toBe(0);
});

it('a cursor before the oldest event kept is CURSOR_EXPIRED, which names it; without a cursor the rest comes', async () => {
  const jobId = await oldJob({ daysAgo: 31 });
  const { nodes } = (await service.eventPages(everything, [jobId], {}))[0]!;
  const cursors = nodes.map(({ cursor }) => cursor);
  const following = jobs.feed.follow(jobId, 2);
  await following.next();
  await eventRetention(database.dataSource, 30).now();

  const expired = { code: 'CURSOR_EXPIRED', details: { oldestSeq: 8 } };
  await expect(seen(jobId, cursors[2])).rejects.toMatchObject(expired);
  await expect(service.eventPages(everything, [jobId], { after: cursors[2] })).rejects.toMatchObject(expired);
  await expect(jobs.feed.follow(jobId, 2).next()).rejects.toMatchObject(expired);
  expect(await seen(jobId)).toEqual([8]);
  expect(await seen(jobId, cursors[6])).toEqual([8]);
  expect(await seen(jobId, cursors[7])).toEqual([]);
  const page = (await service.eventPages(everything, [jobId], {}))[0]!;
  expect(page.nodes.map(({ seq }) => seq)).toEqual([8]);
  // It had read its page before the deletion.
  const rest: number[] = [];
  for await (const { seq } of following) rest.push(seq);
  expect(rest).toEqual([4, 5, 6, 7, 8]);
});

it('deletes in the background of a worker', async () => {
  const jobId = await oldJob({ daysAgo: 31 });
  const retention = eventRetention(database.dataSource, 30);
  retention.start();
  await retention.stop();
  expect(await kept(jobId)).toEqual([8]);
});

it('the subscription tells a program the oldest event kept', async () => {
  const { startTestServer } = await import('../graphql/testServer.js');
  const { SocketClient } = await import('../graphql/socketClient.js');
  const { encodeGlobalId } = await import('../../../src/graphql/index.js');
  const jobId = await oldJob({ daysAgo: 31 });
  const project = await new ProjectsService(database.dataSource).default();
  const { manager } = database.dataSource;
  const dataset = await manager.save(
    manager.create(DatasetEntity, { id: uuid(), name: uuid(), projectId: project.id }),
  );
  const row = { jobId, datasetId: dataset.id, format: 'mvtec', source: { path: '/data' }, dryRun: false };
  await manager.save(manager.create(DatasetImportEntity, row));
  const after = (await service.eventPages(everything, [jobId], { first: 1 }))[0]!.nodes[0]!.cursor;
  await eventRetention(database.dataSource, 30).now();
  const server = await startTestServer(database.dataSource);
  const client = await SocketClient.connect(server.url);
  const id = encodeGlobalId('DatasetImport', jobId);
  client.subscribe('1', 'subscription($id: ID!, $after: String) { jobEvents(jobId: $id, after: $after) { seq } }', {
    id,
    after,
  });
  const { payload } = await client.next((message) => message.id === '1');
  const errors = Array.isArray(payload) ? (payload as unknown[]) : (payload as { errors: unknown[] }).errors;
  expect(errors).toMatchObject([{ extensions: { code: 'CURSOR_EXPIRED', oldestSeq: 8 } }]);
  client.close();
  await server.stop();
});
