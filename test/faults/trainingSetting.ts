import { createServer, type AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { In, Not } from 'typeorm';
import { expect } from 'vitest';
import { v7 as uuid } from 'uuid';
import { everything } from '../../src/access/index.js';
import {
  ImageEntity,
  JobEntity,
  type JobEventEntity,
  ModelVersionEntity,
  terminalJobStates,
} from '../../src/database/entities/index.js';
import { encodePng } from '../../src/files/index.js';
import { encodeGlobalId } from '../../src/graphql/index.js';
import { readConfig } from '../../src/main/config.js';
import { openRuntime, type Runtime } from '../../src/main/runtime.js';
import { RandomSource } from '../../src/shared/random.js';
import { type Child, runChild } from '../support/childProcess.js';
import { tinySemirest, tinySettings } from '../support/tinySettings.js';
import { ApiFollower } from './apiFollower.js';
import { brokenInvariants } from './invariants.js';

/** Long enough, on a fast machine too, that a run is still under way a few seconds after its first checkpoint. */
export const trainingSteps = 300;

/** An installation whose API is this process and whose workers are processes the test may mistreat. */
export class TrainingSetting {
  private readonly processes: Child[] = [];
  private readonly followers: ApiFollower[] = [];
  private readonly received: { jobId: string; seqs: number[] }[] = [];

  private constructor(
    readonly runtime: Runtime,
    private readonly home: string,
    /** What workers and APIs connect to. */
    private readonly databaseUrl: string,
    private readonly snapshotId: string,
    private readonly environment: Record<string, string>,
  ) {}

  /**
   * @param databaseUrl migrated.
   * @param options.processUrl what the processes connect to, when that is not the database itself.
   * @param options.home a folder the caller has made.
   */
  static async open(
    databaseUrl: string,
    options: { processUrl?: string; home?: string; environment?: Record<string, string> } = {},
  ): Promise<TrainingSetting> {
    const home = options.home ?? (await mkdtemp(path.join(os.tmpdir(), 'residua-faults-')));
    const config = readConfig({ RESIDUA_HOME: home, ...options.environment });
    const runtime = await openRuntime({ ...config, databaseUrl });
    const environment = options.environment ?? {};
    return new TrainingSetting(
      runtime,
      home,
      options.processUrl ?? databaseUrl,
      await makeSnapshot(runtime),
      environment,
    );
  }

  /** A worker process that is ready to take jobs soon. */
  worker(env: Record<string, string> = {}): Child {
    return this.residua(['worker'], env);
  }

  /** An API process, once it answers. @param port to listen on. */
  async api(port: number): Promise<Child> {
    const child = this.residua(['serve', '--no-worker', '--port', String(port), '--json']);
    await child.line();
    return child;
  }

  /** An API that starts a worker, and another one whenever it dies. */
  serve(): Child {
    return this.residua(['serve', '--port', '0']);
  }

  private residua(args: readonly string[], env: Record<string, string> = {}): Child {
    const child = runChild('../../src/cli/residua.ts', args, {
      RESIDUA_HOME: this.home,
      DATABASE_URL: this.databaseUrl,
      RESIDUA_CHECKPOINT_SECONDS: '1',
      RESIDUA_LOG_LEVEL: 'warn',
      ...this.environment,
      ...env,
    });
    this.processes.push(child);
    return child;
  }

  /** Resolves when so many workers take jobs. */
  async ready(workers: number): Promise<void> {
    const listening = `SELECT count(*)::int AS count FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'residua-signals'`;
    for (let count = 0; count < workers + 1; await delay(500)) {
      [{ count }] = await this.runtime.dataSource.query<[{ count: number }]>(listening);
    }
    // Listening is almost the last thing before the first look at the queue.
    await delay(1000);
  }

  /** Starts the training that every test starts, or a changed one, and subscribes to it. */
  async train(changes: { steps?: number; detector?: string; priority?: number } = {}): Promise<string> {
    const { steps = trainingSteps, detector = 'semirest', priority } = changes;
    const { jobId } = await this.runtime.services.trainingRuns.start(everything, {
      snapshotId: this.snapshotId,
      modelName: 'tiles',
      supervision: 'UNSUPERVISED',
      detector: { id: detector, params: detector === 'semirest' ? { ...tinySemirest, steps, syntheticPool: 8 } : {} },
      settings: tinySettings,
      seed: 7,
      ...(priority === undefined ? {} : { priority }),
    });
    this.subscribe(jobId);
    return jobId;
  }

  subscribe(jobId: string): void {
    const seqs: number[] = [];
    this.received.push({ jobId, seqs });
    void (async () => {
      for await (const { seq } of this.runtime.feed.follow(jobId, 0)) seqs.push(seq);
    })();
  }

  /** Opens subscribers of a job at these APIs; in the end each must have what the table has. */
  followByApi(jobId: string, urls: readonly string[], count: number): ApiFollower[] {
    const globalId = encodeGlobalId('TrainingRun', jobId);
    const opened = Array.from({ length: count }, () => new ApiFollower(urls, globalId));
    this.followers.push(...opened);
    this.received.push(...opened.map(({ seqs }) => ({ jobId, seqs })));
    return opened;
  }

  /** Waits for an event of a job. */
  async until(jobId: string, wanted: (event: JobEventEntity) => boolean): Promise<JobEventEntity> {
    for await (const event of this.runtime.feed.follow(jobId, 0)) if (wanted(event)) return event;
    throw new Error(`the job ended: ${JSON.stringify(await this.job(jobId))}`);
  }

  state(jobId: string, state: string, after = 0): Promise<JobEventEntity> {
    return this.until(jobId, ({ seq, payload }) => seq > after && 'state' in payload && payload.state === state);
  }

  job(id: string): Promise<JobEntity> {
    return this.runtime.dataSource.getRepository(JobEntity).findOneByOrFail({ id });
  }

  /** As if the lease had run out and the pause before the next attempt were over. */
  async passTime(jobId: string): Promise<void> {
    const { dataSource, queue } = this.runtime;
    await dataSource.query(`UPDATE job SET lease_expires_at = now() WHERE id = $1 AND state = 'RUNNING'`, [jobId]);
    await queue.sweep();
    await this.skipPause(jobId);
  }

  /** As if the pause before the next attempt were over. */
  async skipPause(jobId: string): Promise<void> {
    await this.runtime.dataSource.query(
      `UPDATE pgboss.job SET start_after = now() WHERE data->>'jobId' = $1 AND state = 'created'`,
      [jobId],
    );
  }

  /** sha256 of the weights that a run made, once it is completed. */
  async weights(jobId: string): Promise<string> {
    await this.state(jobId, 'COMPLETED');
    const versions = this.runtime.dataSource.getRepository(ModelVersionEntity);
    return (await versions.findOneByOrFail({ trainingRunId: jobId })).artifactSha256;
  }

  /** Ends every process of this test and looks at what they leave. */
  async close(): Promise<void> {
    // They have their end when the test has seen it; one that has failed must not wait for more.
    for (const follower of this.followers.splice(0)) follower.stop();
    await this.killProcesses();
    try {
      // The last events are on their way to this process's own followers.
      let broken = await this.broken();
      for (let waited = 0; broken.length > 0 && waited < 10; waited++) {
        await delay(1000);
        broken = await this.broken();
      }
      expect(broken).toEqual([]);
    } finally {
      this.received.length = 0;
      await this.endJobs();
    }
  }

  private async killProcesses(): Promise<void> {
    for (const child of this.processes) child.kill('SIGKILL');
    await Promise.all(this.processes.splice(0).map(({ ended }) => ended));
  }

  /** Ends what a failed test has left undone, so that the workers of the next one do not take it up. */
  private async endJobs(): Promise<void> {
    const { dataSource, queue, services } = this.runtime;
    const left = await dataSource.getRepository(JobEntity).findBy({ state: Not(In(terminalJobStates)) });
    for (const { id } of left) await services.jobs.cancel(everything, id);
    // Nobody is left who could hear of it: an attempt whose lease has run out ends as cancelled.
    await dataSource.query(`UPDATE job SET lease_expires_at = now() WHERE state = 'RUNNING'`);
    await queue.sweep();
  }

  async dispose(): Promise<void> {
    await this.killProcesses();
    await this.runtime.stop();
    await rm(this.home, { recursive: true, force: true });
  }

  private broken(): Promise<string[]> {
    const { dataSource, blobs, config } = this.runtime;
    return brokenInvariants({ dataSource, blobs, blobDirectory: config.blobDirectory, received: this.received });
  }
}

async function makeSnapshot({ services, dataSource, blobs }: Runtime): Promise<string> {
  await services.projects.default();
  const dataset = await services.datasets.create(everything, { name: 'tiles' });
  for (let i = 0; i < 5; i++) {
    const random = RandomSource.fromSeed(i);
    const data = Uint8Array.from({ length: 64 * 64 * 3 }, () => 100 + random.integer(60));
    const blob = await blobs.put(await encodePng({ width: 64, height: 64, data }));
    const image = {
      id: uuid(),
      datasetId: dataset.id,
      filename: `train/good/${i}.png`,
      ...blob,
      width: 64,
      height: 64,
    };
    await dataSource.getRepository(ImageEntity).insert({ ...image, split: 'TRAIN', label: 'NORMAL', defectType: null });
  }
  return (await services.snapshots.create(everything, { datasetId: dataset.id })).id;
}

/** A port nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
