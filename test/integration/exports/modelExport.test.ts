import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import onnxProto from 'onnx-proto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { ModelVersionEntity, TrainingRunEntity } from '../../../src/database/entities/index.js';
import { decodeRgb, openZip, zipStream } from '../../../src/files/index.js';
import { builtInPlugins } from '../../../plugins/index.js';
import type { DetectorPlugin, z } from '../../../src/plugin-api/index.js';
import { PluginRegistry } from '../../../src/plugin-host/index.js';
import type { ProblemError } from '../../../src/shared/errors.js';
import { ModelExportsService } from '../../../src/services/model-exports.service.js';
import type { StartModelImport } from '../../../src/services/model-imports.service.js';
import { hostTensor, type HostTensor } from '../../../src/shared/compute.js';
import { decodeDetectorState, encodeDetectorState } from '../../../src/worker/detectorArtifact.js';
import { openModel } from '../../../src/worker/openModel.js';
import { tinyDetectors } from '../../contract/tinyDetectors.js';
import { createTestDatabase, type TestDatabase, useDatabase } from '../../support/database.js';
import { Installation, surface } from '../../support/installation.js';
import { networkFile, networkLayers } from '../../support/onnxFiles.js';

const database = useDatabase();
let here: Installation;
let snapshotId: string;
let folder: string;
const versions = new Map<string, ModelVersionEntity>();
/** On features of an ONNX file. */
let foreign: ModelVersionEntity;

beforeAll(async () => {
  here = await Installation.open(database.url);
  snapshotId = await here.snapshot('tiles');
  folder = await mkdtemp(path.join(os.tmpdir(), 'residua-export-'));
}, 60_000);
afterAll(async () => {
  await here.stop();
  await rm(folder, { recursive: true });
});

/** Parameters that make a test quick. */
const params: Record<string, Record<string, unknown>> = {
  semirest: { syntheticPool: 4 },
  padim: { channels: 20 },
  simplenet: { hidden: 64, featuresPerStep: 128 },
  draem: { ...tinyDetectors['draem']!.params, steps: 4 },
  stfpm: { ...tinyDetectors['stfpm']!.params, steps: 4 },
};

async function versionOf(detector: string): Promise<ModelVersionEntity> {
  const known = versions.get(detector);
  if (known) return known;
  const choice = { id: detector, params: params[detector] ?? {} };
  const version = await here.trained({ snapshotId, modelName: detector, detector: choice });
  versions.set(detector, version);
  return version;
}

/** Exports and returns the file. */
async function exported(modelVersionId: string, format: string): Promise<Buffer> {
  const { jobId } = await here.services.modelExports.start(everything, { modelVersionId, format });
  const { job } = await here.ended(jobId);
  expect(job).toMatchObject({ kind: 'MODEL_EXPORT', state: 'COMPLETED', progress: 1, failure: null });
  const row = await here.services.modelExports.require(everything, jobId);
  const bytes = await here.runtime.blobs.read(row.artifactSha256!);
  expect(row.artifactBytes).toBe(bytes.length);
  return bytes;
}

/** The map and score that predictions of the version give for the bytes of an image. */
async function predicted(installation: Installation, modelVersionId: string, bytes: Uint8Array) {
  const log = { info: () => undefined, warn: () => undefined };
  const { predictor } = await openModel(installation.parts, modelVersionId, log);
  try {
    return await predictor.predict(await decodeRgb(bytes, { width: 64, height: 64 }));
  } finally {
    await predictor.dispose();
  }
}

/** Exports a version and compares what the file says in a script that knows nothing of Residua with what `predict` says. */
async function expectSameElsewhere(version: ModelVersionEntity): Promise<void> {
  const file = path.join(folder, `${version.id}.onnx`);
  await writeFile(file, await exported(version.id, 'onnx'));
  // One image at the detector's size, and one that the script has to scale.
  for (const side of [64, 96]) {
    const { bytes } = await here.stored(surface(99, true, side));
    const { anomalyMap, anomalyScore } = await predicted(here, version.id, bytes);
    const [image, map] = [path.join(folder, 'part.png'), path.join(folder, 'map.f32')];
    await writeFile(image, bytes);
    const script = ['examples/onnx/predict.mjs', file, image, map];
    const env = { ...process.env, NODE_OPTIONS: '' };
    const { stdout } = await promisify(execFile)(process.execPath, script, { env });
    const found = new Float32Array((await readFile(map)).buffer.slice(0));
    expect(found.length).toBe(64 * 64);
    const differences = found.map((value, i) => Math.abs(value - anomalyMap.data[i]!));
    expect(Math.max(...differences)).toBeLessThan(1e-4);
    expect(Math.abs(Number(stdout) - anomalyScore)).toBeLessThan(1e-4);
    expect(Math.max(...found) - Math.min(...found)).toBeGreaterThan(1e-3);
  }
}

describe('a model version as one ONNX file gives the map and score of predict', { timeout: 120_000 }, () => {
  it.each(['semirest', 'patchcore', 'padim', 'simplenet', 'draem', 'stfpm'])('of %s', async (detector) => {
    await expectSameElsewhere(await versionOf(detector));
  });

  it('of semirest with labels, shifted attention windows and a bank that is searched by bounds', async () => {
    const version = await here.trained({
      ...{ snapshotId: await here.snapshot('large', 33, 64, 2), modelName: 'large', supervision: 'SUPERVISED' },
      detector: {
        id: 'semirest',
        params: {
          ...{ head: 'swin', whitening: 0, learningRate: 1e-3 },
          ...{ featureDimension: 256, coresetRatio: 1, windowSize: 8, windowStep: 8, swinWindow: 4 },
        },
      },
    });
    const { tensors } = decodeDetectorState(await here.runtime.blobs.read(version.artifactSha256), 'artifact');
    expect(tensors).toHaveProperty(['memory-bank.directions']);
    await expectSameElsewhere(version);
  });

  it('of devnet', async () => {
    const version = await here.trained({
      ...{ snapshotId: await here.snapshot('labelled', 5, 64, 2), modelName: 'devnet', supervision: 'SUPERVISED' },
      detector: { id: 'devnet', params: { adaptorWidth: 16, references: 100 } },
    });
    await expectSameElsewhere(version);
  });
});

describe('a model version on features of an ONNX file', { timeout: 120_000 }, () => {
  it('is exported whole, and refuses features of another file of that name where the run recorded none', async () => {
    const models = path.join(here.home, 'models');
    await mkdir(models, { recursive: true });
    await writeFile(path.join(models, 'network.onnx'), networkFile());
    const version = await here.trained({
      ...{ snapshotId, modelName: 'foreign', detector: { id: 'patchcore', params: { featureDimension: 40 } } },
      featureExtractor: { id: 'onnx', params: { model: { file: 'network.onnx' }, layers: networkLayers } },
    });
    await expectSameElsewhere(version);

    const other = networkFile({ change: ({ graph }) => void (graph!.initializer![0]!.rawData![0]! ^= 1) });
    await writeFile(path.join(models, 'network.onnx'), other);
    const { bytes } = await here.stored(surface(99, true));
    const runs = here.runtime.dataSource.getRepository(TrainingRunEntity);
    const { jobId: trained, modelFiles } = await runs.findOneByOrFail({ jobId: version.trainingRunId });
    expect(modelFiles).toMatchObject([{ source: 'network.onnx', bytes: networkFile().length }]);
    const { anomalyMap } = await predicted(here, version.id, bytes);
    // As a run of an earlier release.
    await runs.update({ jobId: trained }, { modelFiles: [] });
    await expect(predicted(here, version.id, bytes)).rejects.toMatchObject({
      problems: [
        { code: 'MODEL_PLUGIN_MISMATCH', item: 'onnx', message: expect.stringContaining('weights') as string },
      ],
    });
    const { jobId } = await here.services.modelExports.start(everything, {
      modelVersionId: version.id,
      format: 'onnx',
    });
    expect((await here.ended(jobId)).job.failure).toMatchObject({ code: 'MODEL_PLUGIN_MISMATCH' });

    // Once the right file was there for one prediction, it is kept.
    await writeFile(path.join(models, 'network.onnx'), networkFile());
    await predicted(here, version.id, bytes);
    await rm(path.join(models, 'network.onnx'));
    expect((await runs.findOneByOrFail({ jobId: trained })).modelFiles).toEqual(modelFiles);
    expect((await predicted(here, version.id, bytes)).anomalyMap).toEqual(anomalyMap);
    foreign = version;
  });
});

describe('a model version as one ONNX file', () => {
  it('says what it is', async () => {
    const version = await versionOf('semirest');
    const bytes = await exported(version.id, 'onnx');
    const { metadataProps, opsetImport, graph } = onnxProto.onnx.ModelProto.decode(bytes);
    const facts: Record<string, string> = {};
    for (const { key, value } of metadataProps) facts[key!] = value!;
    const run = await here.services.trainingRuns.require(everything, version.trainingRunId);
    const [snapshot] = await here.services.snapshots.byIds(everything, [snapshotId]);
    expect(facts).toMatchObject({
      ...{ model: 'semirest', version: '1', supervision: 'UNSUPERVISED', snapshot_digest: snapshot!.digest },
      ...{ artifact_sha256: version.artifactSha256, pixel_threshold: String(version.pixelThreshold) },
      ...{ image_threshold: String(version.imageThreshold), settings: JSON.stringify(run.settings) },
    });
    expect(JSON.parse(facts['detector']!)).toMatchObject({ id: 'semirest', digest: run.detector.digest });
    expect(JSON.parse(facts['feature_extractor']!)).toMatchObject({
      id: 'mobilenet-v3',
      digest: run.featureExtractor!.digest,
    });
    expect(facts['feature_weights_sha256']).toMatch(/^[0-9a-f]{64}$/);
    expect(facts['input']).toContain('float32 [1, 64, 64, 3]');
    expect(opsetImport.map(({ domain }) => domain)).toEqual(['']);
    expect([graph!.input!, graph!.output!].map((values) => values.map(({ name }) => name))).toEqual([
      ['image'],
      ['anomaly_map', 'anomaly_score'],
    ]);
  });

  it('is refused for another format and another version, both at once', async () => {
    const unknown = '0190a000-0000-7000-8000-000000000000';
    const refused = await here.services.modelExports
      .start(everything, { modelVersionId: unknown, format: 'tflite' })
      .catch((error: ProblemError) => error.problems);
    expect(refused).toMatchObject([
      { code: 'BAD_USER_INPUT', field: ['input', 'format'] },
      { code: 'NOT_FOUND', item: unknown },
    ]);
  });

  it('is refused, with the other format, for a detector without a prediction graph', async () => {
    const version = await versionOf('patchcore');
    const [patchcore] = builtInPlugins.filter(({ id }) => id === 'patchcore');
    const { predictionGraph: _, ...plugin } = patchcore as DetectorPlugin<z.ZodObject>;
    const { dataSource, queue } = here.runtime;
    const exports = new ModelExportsService({ dataSource, queue, registry: new PluginRegistry([plugin]) });
    await expect(exports.start(everything, { modelVersionId: version.id, format: 'onnx' })).rejects.toMatchObject({
      problems: [
        { code: 'MODEL_FORMAT_UNSUPPORTED', item: 'patchcore', message: expect.stringContaining('bundle') as string },
      ],
    });
  });

  it('goes with its version', async () => {
    const version = await here.trained({ snapshotId, modelName: 'short-lived', detector: { id: 'patchcore' } });
    await exported(version.id, 'bundle');
    await here.services.models.deleteVersion(everything, version.id);
    const { nodes } = await here.services.jobs.page(everything, { kind: 'MODEL_EXPORT' }, { first: 50 });
    expect(nodes.every(Boolean)).toBe(true);
  });
});

describe('a model version as a bundle', () => {
  let other: TestDatabase;
  let there: Installation;
  beforeAll(async () => {
    other = await createTestDatabase();
    there = await Installation.open(other.url);
  }, 60_000);
  afterAll(async () => {
    await there.stop();
    await other.drop();
  });

  async function uploaded(bytes: Uint8Array, filename = 'bundle.zip'): Promise<string> {
    const sha256 = (await there.runtime.blobs.put(bytes)).sha256;
    const upload = await there.services.uploads.create(everything, {
      ...{ filename, bytes: bytes.length, sha256, contentType: 'application/zip' },
    });
    await there.services.uploads.receive(
      everything,
      upload.id,
      (async function* () {
        yield bytes;
      })(),
    );
    return upload.id;
  }

  /** The version that an import adds. */
  async function imported(input: StartModelImport): Promise<ModelVersionEntity> {
    const { jobId } = await there.services.modelImports.start(everything, input);
    const { job } = await there.ended(jobId);
    expect(job).toMatchObject({ kind: 'MODEL_IMPORT', state: 'COMPLETED', progress: 1, failure: null });
    const row = await there.services.modelImports.require(everything, jobId);
    expect(row.bundleSha256).toBeNull();
    return there.services.models.requireVersion(everything, row.modelVersionId!);
  }

  it('predicts the same in another installation, and trainings continue from it', { timeout: 120_000 }, async () => {
    const version = await versionOf('semirest');
    const zip = await exported(version.id, 'bundle');
    const added = await imported({ uploadId: await uploaded(zip) });
    expect(added).toMatchObject({
      ...{ version: 1, supervision: 'UNSUPERVISED', artifactSha256: version.artifactSha256 },
      ...{ imageThreshold: version.imageThreshold, pixelThreshold: version.pixelThreshold },
      calibration: version.calibration,
    });
    expect(added.calibration!.bankDistances).toHaveLength(added.calibration!.imageScores.length);
    const { bytes } = await here.stored(surface(98, true));
    expect(await predicted(there, added.id, bytes)).toMatchObject({
      anomalyMap: (await predicted(here, version.id, bytes)).anomalyMap,
    });
    const run = await there.runtime.dataSource
      .getRepository(TrainingRunEntity)
      .findOneByOrFail({ jobId: added.trainingRunId });
    expect(run.environment).toMatchObject({ importedFrom: 'semirest version 1' });
    const { events } = await there.ended(run.jobId);
    expect(events.map(({ payload }) => payload)).toEqual([{ state: 'COMPLETED' }]);

    const next = await there.trained({
      ...{ snapshotId: await there.snapshot('plates'), modelName: 'semirest', fromModelVersionId: added.id },
      detector: { id: 'semirest', params: params['semirest']! },
    });
    expect(next.version).toBe(2);
  });

  it('brings the file of its features along', { timeout: 120_000 }, async () => {
    const added = await imported({ uploadId: await uploaded(await exported(foreign.id, 'bundle')) });
    const { bytes } = await here.stored(surface(98, true));
    expect(await predicted(there, added.id, bytes)).toMatchObject({
      anomalyMap: (await predicted(here, foreign.id, bytes)).anomalyMap,
    });
    const run = await there.services.trainingRuns.require(everything, added.trainingRunId);
    expect(await there.runtime.blobs.has(run.modelFiles[0]!.sha256)).toBe(true);
  });

  it('is added again under another name, to the snapshot that stands for its own', async () => {
    const zip = await exported((await versionOf('semirest')).id, 'bundle');
    const first = await imported({ uploadId: await uploaded(zip), modelName: 'a' });
    const second = await imported({ uploadId: await uploaded(zip), modelName: 'b' });
    expect(second.snapshotId).toBe(first.snapshotId);
    expect(second.modelId).not.toBe(first.modelId);
  });

  /** The bundle with other files in it. */
  async function changed(change: (files: Map<string, Buffer>) => void): Promise<Buffer> {
    const file = path.join(folder, 'bundle.zip');
    await writeFile(file, await exported((await versionOf('patchcore')).id, 'bundle'));
    const zip = await openZip(file);
    const files = new Map<string, Buffer>();
    for (const entry of zip.entries) files.set(entry.path, await entry.read());
    await zip.close();
    change(files);
    const content = [...files].map(([name, bytes]) => ({
      path: name,
      open: () => Readable.from([bytes]),
      compress: false,
    }));
    const parts: Buffer[] = [];
    for await (const part of zipStream(content, new Date(0))) parts.push(part as Buffer);
    return Buffer.concat(parts);
  }

  const manifestWith = (change: (manifest: Record<string, object>) => void) => (files: Map<string, Buffer>) => {
    const manifest = JSON.parse(files.get('manifest.json')!.toString()) as Record<string, object>;
    change(manifest);
    files.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
  };
  /** The last tensor's last value, in place. */
  const lastValue = (value: number) => (files: Map<string, Buffer>) => {
    const state = files.get('detector.safetensors')!;
    const header = JSON.parse(state.subarray(8, 8 + Number(state.readBigUInt64LE(0))).toString()) as Record<
      string,
      { data_offsets: number[] }
    >;
    const start = 8 + Number(state.readBigUInt64LE(0)) + header['memory-bank.vectors']!.data_offsets[0]!;
    state.writeFloatLE(value, start);
  };

  /** The state with other tensors in it. */
  const tensorsWith = (change: (tensors: Record<string, HostTensor>) => void) => (files: Map<string, Buffer>) => {
    const { tensors, ...state } = decodeDetectorState(files.get('detector.safetensors')!, 'state');
    const changed = { ...tensors };
    change(changed);
    files.set('detector.safetensors', Buffer.from(encodeDetectorState({ ...state, tensors: changed })));
  };
  const one = hostTensor(new Float32Array(1), [1]);

  it.each(['patchcore', 'padim', 'simplenet'])('is taken in with each tensor that %s knows', async (detector) => {
    const zip = await exported((await versionOf(detector)).id, 'bundle');
    expect(await imported({ uploadId: await uploaded(zip), modelName: `of ${detector}` })).toMatchObject({
      version: 1,
    });
  });

  it('is taken in without distances to the memory bank, as bundles of before had none', async () => {
    const zip = await changed(manifestWith(({ calibration }) => Reflect.deleteProperty(calibration!, 'bankDistances')));
    const added = await imported({ uploadId: await uploaded(zip), modelName: 'of before' });
    expect(Object.keys(added.calibration!).sort()).toEqual(['imageScores', 'pixelQuantiles']);
  });

  it.each<[string, (files: Map<string, Buffer>) => void, string, string]>([
    [
      'has distances to the memory bank that belong to no scores',
      manifestWith(({ calibration }) => Object.assign(calibration!, { bankDistances: [1] })),
      'MODEL_INVALID',
      'manifest.json /calibration/bankDistances: there must be one for each of imageScores',
    ],
    [
      'holds a tensor that its detector does not know',
      tensorsWith((tensors) => Object.assign(tensors, { 'memory-bank.extra': one })),
      'MODEL_SHAPE_MISMATCH',
      'detector patchcore does not know 1 of the tensors: memory-bank.extra',
    ],
    [
      'lacks a tensor',
      tensorsWith((tensors) => void delete tensors['memory-bank.vectors']),
      'MODEL_WEIGHTS_INVALID',
      'no state that detector patchcore can load',
    ],
    [
      'holds a tensor of another shape',
      tensorsWith((tensors) => Object.assign(tensors, { 'memory-bank.vectors': one })),
      'MODEL_SHAPE_MISMATCH',
      'detector patchcore cannot load the state',
    ],
    [
      'holds more tensors than any network',
      tensorsWith((tensors) => {
        for (let i = 0; i < 10_001; i++) tensors[`t${i}`] = one;
      }),
      'MODEL_TOO_LARGE',
      'at most 10000 are read',
    ],
    ['has no manifest', (files) => void files.delete('manifest.json'), 'MODEL_INVALID', 'holds no manifest.json'],
    [
      'has no state',
      (files) => void files.delete('detector.safetensors'),
      'MODEL_INVALID',
      'holds no detector.safetensors',
    ],
    [
      'has a manifest that is no JSON',
      (files) => void files.set('manifest.json', Buffer.from('{"a":')),
      'MODEL_INVALID',
      'not JSON',
    ],
    [
      'is of a later layout',
      manifestWith((manifest) => Object.assign(manifest, { formatVersion: 9 })),
      'MODEL_FORMAT_UNSUPPORTED',
      'version 9',
    ],
    ['names no settings', manifestWith((manifest) => void delete manifest['settings']), 'MODEL_INVALID', '/settings'],
    [
      'was made by other code',
      manifestWith((manifest) => Object.assign(manifest['detector']!, { version: '0.0.1' })),
      'MODEL_PLUGIN_MISMATCH',
      'patchcore 0.0.1',
    ],
    ['has another state than it says', lastValue(12_345), 'ARTIFACT_CORRUPT', 'expected sha256'],
    ['holds NaN', lastValue(NaN), 'MODEL_NON_FINITE', 'memory-bank.vectors holds NaN at place 0'],
    [
      'holds a cut state',
      (files) => void files.set('detector.safetensors', files.get('detector.safetensors')!.subarray(0, 5000)),
      'MODEL_WEIGHTS_INVALID',
      '',
    ],
  ])('is refused when it %s, and nothing is kept', async (_, change, code, message) => {
    const models = () => there.runtime.dataSource.getRepository(ModelVersionEntity).count();
    const before = await models();
    const uploadId = await uploaded(await changed(change), 'broken.zip');
    const { jobId } = await there.services.modelImports.start(everything, { uploadId });
    const { job } = await there.ended(jobId);
    expect(job).toMatchObject({
      ...{ state: 'FAILED', attempt: 1 },
      failure: { code, message: expect.stringContaining(message) as string },
    });
    expect(await models()).toBe(before);
  });
});
