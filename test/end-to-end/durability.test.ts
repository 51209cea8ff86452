import { mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  accepted,
  CreateDatasetDocument,
  CreateSnapshotDocument,
  EvaluateModelDocument,
  EvaluationOutcomeDocument,
  nodeOf,
  present,
  RefusedError,
  ImportDatasetDocument,
  type Metrics,
  type ModelVersionInfo,
  PredictDocument,
  StartTrainingDocument,
  TrainingOutcomeDocument,
  waitForJob,
} from '../../src/client/index.js';
import { uploadFile } from '../../src/client/node/index.js';
import { EvaluatedImageEntity, ImageEntity, ModelVersionEntity } from '../../src/database/entities/index.js';
import { sha256Of } from '../../src/files/blobDigest.js';
import { LocalBlobStore } from '../../src/files/index.js';
import { createEmptyDatabase, dropDatabase, useDatabase } from '../support/database.js';
import { tinySemirest, tinySettings } from '../support/tinySettings.js';
import { residua, ResiduaProcesses, writeSurfaces } from '../support/residuaProcesses.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const database = useDatabase();
let folder: string;
let home: Record<string, string>;
let processes: ResiduaProcesses;
let version: ModelVersionInfo;
/** Address of the version's weights and memory bank. */
let artifact: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'residua-e2e-durability-'));
  await writeSurfaces(join(folder, 'tiles'));
  home = homeAt('home', database.url);
  processes = new ResiduaProcesses(home);
  await processes.ready();
  version = await trainedVersion();
  const versions = database.dataSource.getRepository(ModelVersionEntity);
  artifact = (await versions.findOneByOrFail({ version: 1 })).artifactSha256;
});
afterAll(async () => {
  await processes?.stop();
  await rm(folder, { recursive: true, force: true });
});

function homeAt(name: string, url: string): Record<string, string> {
  return { RESIDUA_HOME: join(folder, name), RESIDUA_IMPORT_ROOTS: folder, DATABASE_URL: url };
}

/** Imports the surfaces and trains on them. */
async function trainedVersion(): Promise<ModelVersionInfo> {
  const { client } = processes;
  const { dataset } = accepted(
    (await client.request(CreateDatasetDocument, { input: { name: 'tiles' } })).createDataset,
  );
  const source = { datasetId: dataset!.id, format: 'mvtec', path: join(folder, 'tiles') };
  const imported = accepted((await client.request(ImportDatasetDocument, { input: source })).importDataset);
  await waitForJob(client, imported.import!.id, () => undefined);
  const taken = accepted(
    (await client.request(CreateSnapshotDocument, { input: { datasetId: dataset!.id } })).createSnapshot,
  );
  const choice = { snapshotId: taken.snapshot!.id, modelName: 'tiles', supervision: 'UNSUPERVISED' as const };
  const training = await client.request(StartTrainingDocument, {
    input: { ...choice, detector: { name: 'semirest', params: tinySemirest }, settings: tinySettings, seed: 3 },
  });
  const { id } = accepted(training.startTraining).run!;
  await waitForJob(client, id, () => undefined);
  return present(
    nodeOf((await client.request(TrainingOutcomeDocument, { id })).node, id).modelVersion,
    'model version',
  );
}

/** @returns the evaluation's id. */
async function evaluation(): Promise<string> {
  const input = { modelVersionId: version.id, snapshotId: version.snapshot.id };
  return accepted((await processes.client.request(EvaluateModelDocument, { input })).evaluateModel).evaluation!.id;
}

/** Waits for an evaluation. */
async function metricsOf({ client }: ResiduaProcesses, id: string): Promise<Metrics> {
  await waitForJob(client, id, () => undefined);
  return present(nodeOf((await client.request(EvaluationOutcomeDocument, { id })).node, id).metrics, 'metrics');
}

/** Asks for the defective surface. @returns the prediction with the bytes of its map. */
async function prediction({ client }: ResiduaProcesses) {
  const uploadId = await uploadFile(client, join(folder, 'tiles', 'test', 'dark', '0.png'));
  const input = { modelVersionId: version.id, uploadId };
  const found = accepted((await client.request(PredictDocument, { input })).predict).prediction!;
  const { anomalyScore, regions, anomalyMapUrl, overlayUrl } = found;
  const pictures = await Promise.all([anomalyMapUrl, overlayUrl].map((url) => client.download(url!)));
  return { anomalyScore, regions, pictures };
}

const pathOf = (sha256: string) => join(home['RESIDUA_HOME']!, 'blobs', sha256.slice(0, 2), sha256);

/** Changes one bit in the middle of a stored file. @returns the sha256 it has now, and what gives it its bytes back. */
async function flipBit(sha256: string): Promise<{ found: string; mend: () => Promise<void> }> {
  const intact = await readFile(pathOf(sha256));
  const flipped = Buffer.from(intact);
  flipped[flipped.length >> 1]! ^= 1;
  await writeFile(pathOf(sha256), flipped);
  const mend = () => writeFile(pathOf(sha256), intact);
  onTestFinished(mend);
  return { found: sha256Of(flipped), mend };
}

/** Removes a stored file. @returns what brings it back. */
async function lose(sha256: string): Promise<() => Promise<void>> {
  const intact = await readFile(pathOf(sha256));
  await unlink(pathOf(sha256));
  const mend = () => writeFile(pathOf(sha256), intact);
  onTestFinished(mend);
  return mend;
}

async function storedFiles(): Promise<string[]> {
  return (await readdir(join(home['RESIDUA_HOME']!, 'blobs'), { recursive: true })).sort();
}

describe('a model one bit of which has flipped on the disk', () => {
  const damage = () => ({
    code: 'ARTIFACT_CORRUPT',
    message: expect.stringContaining(`(sha256 ${artifact}) is damaged in the store`) as string,
  });

  it('fails an evaluation with ARTIFACT_CORRUPT and leaves nothing of it; the worker does the next one', async () => {
    const evaluatedImages = database.dataSource.getRepository(EvaluatedImageEntity);
    const before = await storedFiles();
    const { mend } = await flipBit(artifact);
    const id = await evaluation();
    await expect(waitForJob(processes.client, id, () => undefined)).rejects.toBeInstanceOf(RefusedError);
    const { node } = await processes.client.request(EvaluationOutcomeDocument, { id });
    expect(node).toMatchObject({ state: 'FAILED', failure: damage(), metrics: null, byDefectType: [] });
    expect(await evaluatedImages.count()).toBe(0);
    expect(await storedFiles()).toEqual(before);
    await mend();
    await waitForJob(processes.client, await evaluation(), () => undefined);
    expect(await evaluatedImages.count()).toBe(2);
  });

  it('refuses a prediction with the same code; the worker gives the next one', async () => {
    const { mend } = await flipBit(artifact);
    const refused = await prediction(processes).catch((error: unknown) => error);
    expect((refused as RefusedError).problems).toMatchObject([damage()]);
    await mend();
    expect((await prediction(processes)).pictures).toHaveLength(2);
  });
});

describe('residua verify', () => {
  it('names what is damaged, missing and orphaned, for people and programs, and ends with 1; with 0 once all is well', async () => {
    const healthy = await residua(['verify', '--json'], home);
    expect([healthy.code, JSON.parse(healthy.out)]).toMatchObject([0, { missing: [], corrupt: [] }]);
    const { found, mend } = await flipBit(artifact);
    const images = database.dataSource.getRepository(ImageEntity);
    const { id, sha256: missing } = await images.findOneByOrFail({ filename: 'train/good/0.png' });
    const bringBack = await lose(missing);
    const blobs = await LocalBlobStore.open(join(home['RESIDUA_HOME']!, 'blobs'));
    const { sha256: orphan } = await blobs.put(Buffer.from('nobody refers to this'));

    const told = await residua(['verify', '--orphans'], home);
    expect(told.code).toBe(1);
    expect(told.out).toMatch(new RegExp(`^missing +${missing} +image ${id}`, 'm'));
    expect(told.out).toMatch(new RegExp(`^corrupt +${artifact} +model_version .*found ${found}`, 'm'));
    expect(told.out).toMatch(new RegExp(`^orphan +${orphan} +21 bytes`, 'm'));
    expect(told.out).toMatch(/: 1 missing, 1 corrupt, \d+ orphans$/m);
    const { code, out } = await residua(['verify', '--orphans', '--json'], home);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      missing: [{ sha256: missing, usedBy: [`image ${id}`] }],
      corrupt: [{ sha256: artifact, message: expect.stringContaining(found) as string }],
      orphans: expect.arrayContaining([expect.objectContaining({ sha256: orphan, bytes: 21 })]) as object[],
    });

    await Promise.all([mend(), bringBack()]);
    const mended = await residua(['verify', '--orphans'], home);
    expect([mended.code, mended.out]).toEqual([0, expect.stringContaining(orphan)]);
  });
});

describe('residua backup and residua restore', () => {
  let emptyUrl: string;
  let restored: ResiduaProcesses | undefined;
  beforeAll(async () => {
    emptyUrl = await createEmptyDatabase();
  });
  afterAll(async () => {
    await restored?.stop();
    await dropDatabase(emptyUrl);
  });

  it('into an empty home: the same image gives the same prediction bit for bit, and a job that waited runs', async () => {
    const before = await prediction(processes);
    const measured = await metricsOf(processes, await evaluation());
    expect(await processes.stopWorker()).toBe(0);
    const waiting = await evaluation();
    const backup = await residua(['backup', join(folder, 'monday'), '--json'], home);
    expect([backup.code, JSON.parse(backup.out)]).toMatchObject([0, { damaged: [] }]);
    const elsewhere = homeAt('elsewhere', emptyUrl);
    const { code, err } = await residua(['restore', join(folder, 'monday')], elsewhere);
    expect(code, err).toBe(0);

    restored = new ResiduaProcesses(elsewhere);
    await restored.ready();
    expect(await metricsOf(restored, waiting)).toEqual(measured);
    expect(await prediction(restored)).toEqual(before);
  });
});
