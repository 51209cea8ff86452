import { everything } from '../../access/index.js';
import type { JobAttempt } from '../../jobs/index.js';
import type { PluginKind } from '../../plugin-api/index.js';
import type { PluginRecord, PluginRegistry } from '../../plugin-host/index.js';
import type { BundleManifest } from '../../services/model-bundles/manifest.js';
import { uploadedFile } from '../../services/storedFiles.js';
import { collectProblems, problem, ProblemError, throwIfProblems, type Problem } from '../../shared/errors.js';
import type { RgbImage } from '../../shared/images.js';
import { decodeDetectorState, type StoredState } from '../detectorArtifact.js';
import { openPredictor } from '../detectorRun.js';
import type { RunFiles } from '../runFiles.js';
import type { WorkerParts } from '../workerParts.js';
import { readModelBundle } from './modelBundle.js';

/** Names of tensors in a message. */
const namedTensors = 5;

/**
 * Does a MODEL_IMPORT job: reads a bundle, has its detector load the state and predict an image, and only then registers the version.
 * @throws ProblemError ARCHIVE_*; MODEL_INVALID, MODEL_FORMAT_UNSUPPORTED, MODEL_PLUGIN_MISMATCH, MODEL_TOO_LARGE, ARTIFACT_CORRUPT,
 * MODEL_WEIGHTS_INVALID, MODEL_NON_FINITE, MODEL_SHAPE_MISMATCH.
 */
export async function runModelImportJob(parts: WorkerParts, attempt: JobAttempt): Promise<void> {
  const { services, blobs, registry, limits } = parts;
  const row = await services.modelImports.require(everything, attempt.job.id);
  const item = row.filename;
  // The bundle is there until the version is registered.
  const upload = { sha256: row.bundleSha256!, filename: row.filename };
  const file = await uploadedFile(upload, (sha256) => blobs.localFile(sha256));
  const { manifest, ...bundle } = await readModelBundle(
    file,
    { item, limits },
    {
      checkManifest: ({ detector, featureExtractor }) =>
        checkPlugins(registry, { detector, ...(featureExtractor && { 'feature-extractor': featureExtractor }) }),
      keepFile: (recorded, content) => services.modelFiles.put(recorded, content),
    },
  );
  attempt.report({ stage: 'reading', step: 1, totalSteps: 2, fraction: 0.5 });
  const state = decodeDetectorState(bundle.state, item);
  throwIfProblems(nonFinite(state, item));
  const files = await checkAgainstDetector(parts, attempt, manifest, state, item);
  const modelFiles = (await files.keep()) ?? manifest.modelFiles;
  attempt.signal.throwIfAborted();
  const artifact = await blobs.put(bundle.state, { accept: ({ sha256 }) => checkDigest(manifest, sha256, item) });
  const imported = { ...manifest, modelFiles };
  await attempt.complete((manager) => services.modelImports.finish(manager, row, imported, artifact));
}

/** Predictions need detector and features as they were; augmentations and loss matter to a training alone. */
async function checkPlugins(
  registry: PluginRegistry,
  records: Partial<Record<PluginKind, PluginRecord>>,
): Promise<void> {
  const problems: Problem[] = [];
  for (const [kind, record] of Object.entries(records)) {
    await collectProblems(problems, () => registry.open(kind as PluginKind, record));
  }
  throwIfProblems(problems);
}

function nonFinite({ tensors }: StoredState, item: string): Problem[] {
  return Object.entries(tensors).flatMap(([name, { data }]): Problem[] => {
    const at = data.findIndex((value) => !Number.isFinite(value));
    const message = `${item}: tensor ${name} holds ${data[at]} at place ${at}`;
    return at < 0 ? [] : [{ code: 'MODEL_NON_FINITE', message, item }];
  });
}

/** Names and shapes that the detector cannot load, cannot predict with or does not know make the bundle another one's. */
async function checkAgainstDetector(
  parts: WorkerParts,
  attempt: JobAttempt,
  manifest: BundleManifest,
  state: StoredState,
  item: string,
): Promise<RunFiles> {
  const predictor = await openPredictor(parts, manifest, state, attempt.pluginLog).catch((error: unknown) => {
    throw unfit(error, manifest, item);
  });
  try {
    const unknown = predictor.unread?.() ?? [];
    if (unknown.length > 0) {
      const names = `${unknown.slice(0, namedTensors).join(', ')}${unknown.length > namedTensors ? ', …' : ''}`;
      const message = `${item}: detector ${manifest.detector.id} does not know ${unknown.length} of the tensors: ${names}`;
      throw problem('MODEL_SHAPE_MISMATCH', message, { item });
    }
    const { anomalyScore } = await predictor.predict(greyImage(manifest.settings.imageSize));
    if (Number.isFinite(anomalyScore)) return predictor.files;
    throw problem('MODEL_NON_FINITE', `${item}: the model gives ${anomalyScore} for a grey image`, { item });
  } finally {
    await predictor.dispose();
  }
}

/** What a detector throws about a state of other tensors is the bundle's problem, not a fault to try again. */
function unfit(error: unknown, { detector }: BundleManifest, item: string): unknown {
  if (error instanceof ProblemError || !(error instanceof Error)) return error;
  const message = `${item}: detector ${detector.id} cannot load the state: ${error.message.split('\n')[0]}`;
  return problem('MODEL_SHAPE_MISMATCH', message, { item });
}

function greyImage(side: number): RgbImage {
  return { width: side, height: side, data: new Uint8Array(side * side * 3).fill(128) };
}

function checkDigest({ state }: BundleManifest, found: string, item: string): void {
  if (found === state.sha256) return;
  const message = `${item}: ${state.file} is damaged: expected sha256 ${state.sha256}, found ${found}`;
  throw problem('ARTIFACT_CORRUPT', message, { item });
}
