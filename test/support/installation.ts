import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { v7 as uuid } from 'uuid';
import { everything } from '../../src/access/index.js';
import { createCompute, importOnnx } from '../../src/compute/index.js';
import {
  AnnotationEntity,
  ImageEntity,
  JobEntity,
  type JobEventEntity,
  type ModelVersionEntity,
} from '../../src/database/entities/index.js';
import { encodePng, encodeRle } from '../../src/files/index.js';
import { readConfig } from '../../src/main/config.js';
import { modelsOf } from '../../src/main/plugins.js';
import { openRuntime, type Runtime } from '../../src/main/runtime.js';
import { SinkConnections } from '../../src/services/sinks/sinkConnections.js';
import { SourceConnections } from '../../src/services/sources/sourceConnections.js';
import type { StartTraining } from '../../src/services/training-runs.service.js';
import type { BinaryMask, RgbImage } from '../../src/shared/images.js';
import { createLogger } from '../../src/shared/logger.js';
import { RandomSource } from '../../src/shared/random.js';
import type { StoredImage } from '../../src/worker/imagePixels.js';
import { startWork } from '../../src/worker/worker.js';
import type { WorkerParts } from '../../src/worker/workerParts.js';
import { tinyDetectors } from '../contract/tinyDetectors.js';
import { tinySettings } from './tinySettings.js';

/** Whether a place is in the dark square of {@link surface}, 16 pixels in its middle. */
function isDark(x: number, y: number, side: number): boolean {
  return [x, y].every((at) => at >= side / 2 - 8 && at < side / 2 + 8);
}

/** A grey surface with noise, and where asked a dark square of 16 pixels in its middle. */
export function surface(seed: number, defective = false, side = 64): RgbImage {
  const random = RandomSource.fromSeed(seed);
  const data = Uint8Array.from({ length: side * side * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % side, Math.floor(i / 3 / side)];
    return (defective && isDark(x, y, side) ? 10 : 110 + 30 * Math.sin(x / 9)) + random.integer(20);
  });
  return { width: side, height: side, data };
}

/** The dark square of {@link surface}. */
function pitMask(side: number): BinaryMask {
  const data = Uint8Array.from({ length: side ** 2 }, (_, i) => Number(isDark(i % side, Math.floor(i / side), side)));
  return { width: side, height: side, data };
}

/** API and worker in this process, on a database of the caller. */
export class Installation {
  readonly services: Runtime['services'];

  private constructor(
    readonly runtime: Runtime,
    readonly parts: WorkerParts,
    private readonly work: { stop(): Promise<void> },
    readonly home: string,
  ) {
    this.services = runtime.services;
  }

  /** @param environment settings, e.g. RESIDUA_PLUGINS. */
  static async open(databaseUrl: string, environment: Record<string, string> = {}): Promise<Installation> {
    const home = await mkdtemp(path.join(os.tmpdir(), 'residua-installation-'));
    const config = { ...readConfig({ RESIDUA_HOME: home, ...environment }), databaseUrl };
    const runtime = await openRuntime(config);
    await runtime.services.projects.default();
    const { services, blobs, pixels, registry } = runtime;
    const parts: WorkerParts = {
      ...{
        services,
        blobs,
        pixels,
        registry,
        compute: await createCompute({ bytes: config.computeBytes }),
        log: createLogger('worker', 'silent'),
      },
      files: { cacheDirectory: home, importOnnx },
      models: modelsOf(config),
      checkpointSeconds: config.worker.checkpointSeconds,
      stepTimeoutSeconds: config.worker.stepTimeoutSeconds,
      limits: config.limits,
      sources: new SourceConnections(registry, config),
      sinks: new SinkConnections(registry, config),
    };
    const work = await startWork(parts, config.worker, runtime.queue, runtime.calls);
    return new Installation(runtime, parts, work, home);
  }

  /** A snapshot of normal images for training. @param side of each, pixels. @param defective ones with masks beside them. */
  async snapshot(name: string, images = 5, side = 64, defective = 0): Promise<string> {
    const { services, dataSource, blobs } = this.runtime;
    const dataset = await services.datasets.create(everything, { name });
    const add = async (i: number, isDefective: boolean) => {
      const blob = await blobs.put(await encodePng(surface(isDefective ? 1000 + i : i, isDefective, side)));
      const id = uuid();
      const filename = `train/${isDefective ? 'pit' : 'good'}/${i}.png`;
      await dataSource.getRepository(ImageEntity).insert({
        ...{ id, datasetId: dataset.id, filename, ...blob, width: side, height: side },
        ...{ split: 'TRAIN', label: isDefective ? 'ANOMALOUS' : 'NORMAL', defectType: isDefective ? 'pit' : null },
      });
      return id;
    };
    for (let i = 0; i < images; i++) await add(i, false);
    for (let i = 0; i < defective; i++) {
      const payload = { counts: encodeRle(pitMask(side)), anomalousPixels: 256 };
      await dataSource.getRepository(AnnotationEntity).insert({
        ...{ id: uuid(), imageId: await add(i, true), revision: 1, source: 'IMPORTED', author: null },
        ...{ activeSeconds: null, kind: 'PIXEL', payload },
      });
    }
    return (await services.snapshots.create(everything, { datasetId: dataset.id })).id;
  }

  /** Stores an image for a prediction. */
  async stored(image: RgbImage): Promise<StoredImage & { bytes: Buffer }> {
    const bytes = await encodePng(image);
    return { ...(await this.runtime.blobs.put(bytes)), bytes, filename: 'part.png', upright: true, sampleBits: 8 };
  }

  /** Starts a small training. */
  start(choice: Partial<StartTraining> & { snapshotId: string }) {
    const { id = 'semirest', params } = choice.detector ?? {};
    const { featureExtractor } = tinyDetectors[id] ?? {};
    return this.services.trainingRuns.start(everything, {
      ...{ modelName: 'tiles', supervision: 'UNSUPERVISED', featureExtractor, ...choice },
      detector: { id, params: { ...tinyDetectors[id]?.params, ...params } },
      settings: { ...tinySettings, ...choice.settings },
    });
  }

  /** The version that a small training makes. */
  async trained(choice: Partial<StartTraining> & { snapshotId: string }): Promise<ModelVersionEntity> {
    const { jobId } = await this.start(choice);
    const { job } = await this.ended(jobId);
    if (job.state !== 'COMPLETED') throw new Error(JSON.stringify(job.failure));
    return (await this.services.models.versionsByTrainingRuns(everything, [jobId]))[0]!;
  }

  /** Waits for a job's end. */
  async ended(jobId: string): Promise<{ job: JobEntity; events: JobEventEntity[] }> {
    const events: JobEventEntity[] = [];
    for await (const event of this.runtime.feed.follow(jobId, 0)) events.push(event);
    return { job: await this.runtime.dataSource.getRepository(JobEntity).findOneByOrFail({ id: jobId }), events };
  }

  async stop(): Promise<void> {
    await this.work.stop();
    await this.runtime.stop();
    await this.parts.compute.dispose();
    await rm(this.home, { recursive: true, force: true });
  }
}
