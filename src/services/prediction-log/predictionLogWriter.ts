import type { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { LoggedPredictionEntity } from '../../database/entities/index.js';
import type { BlobStore } from '../../files/index.js';
import { createLogger } from '../../shared/logger.js';
import { reservePictures } from './pictureQuota.js';
import { policiesOf, type PredictionLogPolicy } from './logPolicy.js';
import type { Sampling } from './sampling.js';
import { storeLogged, storeOnce, type LoggedRow } from './storeLogged.js';

/** A prediction to log, without its pictures. */
export type NewLoggedPrediction = Omit<LoggedRow, 'id' | 'at' | 'imageSha256' | 'anomalyMapSha256' | 'anomalyMapScale'>;

/** Where the pictures of a sampled prediction are: their bytes, or their addresses. */
export interface LoggedPictures {
  image: Uint8Array | string;
  anomalyMap: Uint8Array | string;
  anomalyMapScale: number;
}

type KeptPictures = Pick<LoggedPredictionEntity, 'imageSha256' | 'anomalyMapSha256' | 'anomalyMapScale'>;

/** What is in the log of a question. */
export interface StoredPrediction {
  logged: LoggedPredictionEntity;
  isRepeated: boolean;
}

interface Entry {
  id: string;
  at: Date;
  prediction: NewLoggedPrediction;
  pictures: LoggedPictures | undefined;
}

/** A batch is written after so long, or when so many wait. */
const pauseMilliseconds = 500;
const batchSize = 200;

/** What waits at most while the database is away; the oldest beyond it are lost, and pictures beyond the bytes. */
const mostWaiting = 10_000;
const mostWaitingBytes = 256 * 1024 * 1024;

/** How long a policy is taken as it was. */
const policyMilliseconds = 10_000;

/**
 * Writes the prediction log in batches, behind the answers: nobody who asks waits for it. What waits when the process is killed
 * is lost, half a second of predictions.
 */
export class PredictionLogWriter {
  private readonly logger = createLogger('prediction-log');
  private readonly policies = new Map<string, { policy: Promise<PredictionLogPolicy>; until: number }>();
  private waiting: Entry[] = [];
  private bytes = 0;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private isStopped = false;

  /** @param lot between 0 and 1, for sampling. */
  constructor(
    private readonly dataSource: DataSource,
    private readonly blobs: BlobStore,
    private readonly lot: () => number = Math.random,
  ) {}

  /** Which pictures a project wants of its next prediction; undefined where it wants none. */
  async sampling(projectId: string): Promise<Sampling | undefined> {
    const { isOn, nearThreshold, otherShare, picturesPerDay } = await this.policy(projectId);
    return isOn && picturesPerDay > 0 ? { nearThreshold, isDrawn: this.lot() < otherShare } : undefined;
  }

  /** Takes a prediction that was answered. @returns its id in the log. */
  add(prediction: NewLoggedPrediction, pictures?: LoggedPictures): string {
    const size = bytesOf(pictures);
    const kept = this.bytes + size <= mostWaitingBytes ? pictures : undefined;
    const id = uuid();
    this.waiting.push({ id, at: new Date(), prediction, pictures: kept });
    this.bytes += bytesOf(kept);
    this.dropOldest();
    if (this.waiting.length >= batchSize) void this.flush();
    else this.timer ??= setTimeout(() => void this.flush(), pauseMilliseconds).unref();
    return id;
  }

  /**
   * Stores a prediction before it is answered, once for each question of a station.
   * @param signal once it is aborted, nothing is stored.
   * @throws what `signal` says, and what the database throws.
   * @returns what is in the log, and whether it was there before; undefined where the project logs nothing.
   */
  async storeNow(
    prediction: NewLoggedPrediction,
    pictures?: LoggedPictures,
    signal?: AbortSignal,
  ): Promise<StoredPrediction | undefined> {
    const { projectId } = prediction;
    const policy = await this.policy(projectId);
    if (!policy.isOn) return undefined;
    const granted = pictures && (await reservePictures(this.dataSource, projectId, 1, policy.picturesPerDay)) > 0;
    const kept = granted ? await this.keep(pictures) : {};
    const row = { id: uuid(), at: new Date(), ...prediction, ...kept };
    const logged = await this.dataSource.transaction(async (manager) => {
      const stored = await storeOnce(manager, row);
      // Whoever was told meanwhile that there was no answer in time must not find one in the log, and no sink either.
      signal?.throwIfAborted();
      return stored;
    });
    return { logged, isRepeated: logged.id !== row.id };
  }

  /** What a station was answered before, from now on as late where it is so; undefined for a new question. */
  async answered(
    stationId: string,
    questionDigest: string,
    isLate: boolean,
  ): Promise<LoggedPredictionEntity | undefined> {
    const rows = this.dataSource.getRepository(LoggedPredictionEntity);
    if (isLate) await rows.update({ stationId, questionDigest }, { isLate });
    return (await rows.findOneBy({ stationId, questionDigest })) ?? undefined;
  }

  /** Writes what waits. What the database does not take now is written with the next batch. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  /** Writes what waits, and nothing any more. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.flush();
  }

  /** A policy was changed. */
  forget(projectId: string): void {
    this.policies.delete(projectId);
  }

  private policy(projectId: string): Promise<PredictionLogPolicy> {
    const known = this.policies.get(projectId);
    if (known && known.until > Date.now()) return known.policy;
    const policy = policiesOf(this.dataSource, [projectId]).then(([found]) => found!);
    policy.catch(() => this.policies.delete(projectId));
    this.policies.set(projectId, { policy, until: Date.now() + policyMilliseconds });
    return policy;
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, batchSize);
      try {
        await this.store(batch);
      } catch (error) {
        this.logger.warn({ err: error, waiting: this.waiting.length }, 'predictions could not be logged yet');
        if (!this.isStopped) this.timer ??= setTimeout(() => void this.flush(), 10 * pauseMilliseconds).unref();
        return;
      }
      // Whatever was dropped meanwhile was at the front, too.
      const stored = new Set(batch);
      this.waiting = this.waiting.filter((entry) => !stored.has(entry));
      for (const { pictures } of batch) this.bytes -= bytesOf(pictures);
    }
  }

  private async store(batch: readonly Entry[]): Promise<void> {
    const rows: LoggedRow[] = [];
    for (const [projectId, entries] of grouped(batch)) {
      const policy = await this.policy(projectId);
      if (!policy.isOn) continue;
      const pictured = entries.filter(({ pictures }) => pictures);
      const granted = await reservePictures(this.dataSource, projectId, pictured.length, policy.picturesPerDay);
      const keeping = new Set(pictured.slice(0, granted));
      for (const entry of entries) {
        const { id, at, prediction, pictures } = entry;
        rows.push({ id, at, ...prediction, ...(keeping.has(entry) ? await this.keep(pictures!) : {}) });
      }
    }
    // A project or a version that was deleted meanwhile must not keep the others from being written.
    await this.dataSource.transaction(async (manager) => {
      const known = await manager.query<{ id: string }[]>(
        `SELECT id FROM project WHERE id = ANY($1) UNION ALL SELECT id FROM model_version WHERE id = ANY($2)`,
        [rows.map(({ projectId }) => projectId), rows.map(({ modelVersionId }) => modelVersionId)],
      );
      const there = new Set(known.map(({ id }) => id));
      const storable = rows
        .filter(({ projectId }) => there.has(projectId))
        .map((row) => ({ ...row, modelVersionId: there.has(row.modelVersionId ?? '') ? row.modelVersionId : null }));
      await storeLogged(manager, storable);
    });
  }

  private async keep({ image, anomalyMap, anomalyMapScale }: LoggedPictures): Promise<KeptPictures> {
    const [imageSha256, anomalyMapSha256] = await Promise.all([this.addressOf(image), this.addressOf(anomalyMap)]);
    return { imageSha256, anomalyMapSha256, anomalyMapScale };
  }

  private async addressOf(picture: Uint8Array | string): Promise<string> {
    return typeof picture === 'string' ? picture : (await this.blobs.put(picture)).sha256;
  }

  private dropOldest(): void {
    const dropped = this.waiting.splice(0, Math.max(0, this.waiting.length - mostWaiting));
    if (dropped.length === 0) return;
    for (const { pictures } of dropped) this.bytes -= bytesOf(pictures);
    this.logger.warn({ dropped: dropped.length }, 'predictions are not logged: too many wait for the database');
  }
}

function bytesOf(pictures: LoggedPictures | undefined): number {
  if (!pictures) return 0;
  return [pictures.image, pictures.anomalyMap].reduce(
    (sum, one) => sum + (typeof one === 'string' ? 0 : one.length),
    0,
  );
}

function grouped(batch: readonly Entry[]): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of batch) {
    const { projectId } = entry.prediction;
    groups.set(projectId, [...(groups.get(projectId) ?? []), entry]);
  }
  return groups;
}
