import { forgetCheckpoints, type JobRun } from '../jobs/index.js';
import type { DetectorState, TrainingContext } from '../plugin-api/index.js';
import type { SnapshotImage, TrainingRunEntity } from '../services/index.js';
import { RandomSource } from '../shared/random.js';
import { calibrate } from './calibration.js';
import { decodeDetectorState, encodeDetectorState } from './detectorArtifact.js';
import { openDetector, openPredictor, type OpenDetector } from './detectorRun.js';
import { PhaseProgress } from './phaseProgress.js';
import { TrainingCheckpoints } from './trainingCheckpoints.js';
import { loadScaled, trainingImage } from './trainingImages.js';
import type { WorkerParts } from './workerParts.js';

/** Rough shares of a training's time, for its overall progress. Without a version to start from, boxes need a training before. */
function phases({ supervision, fromModelVersionId }: TrainingRunEntity) {
  const pretraining = supervision === 'SEMI_SUPERVISED' && !fromModelVersionId ? 0.25 : 0;
  const before = { 'feature-extraction': 0.05, 'memory-bank': 0.15, matching: 0.25, 'pre-training': pretraining };
  return { ...before, training: 0.5 - pretraining, calibration: 0.05 };
}

/** Runs one TRAINING job: trains the detector, scores normal images for its thresholds, stores the artifact and registers the model version. */
export async function handleTraining(parts: WorkerParts, job: JobRun): Promise<void> {
  const { services, blobs, compute } = parts;
  const run = await services.trainingRuns.require(job.job.id);
  await job.write((manager) =>
    services.trainingRuns.recordEnvironment(manager, run.jobId, { engine: compute.engine, ...compute.environment }),
  );
  const images = await services.snapshotImages.find(run.snapshotId, { split: 'TRAIN' });
  const normal = images.filter((image) => image.label === 'NORMAL');
  const progress = new PhaseProgress(job, phases(run));
  const checkpoints = new TrainingCheckpoints(blobs, job, parts.checkpointSeconds);

  const detector = await openDetector(parts, run, job.pluginLog);
  let state: DetectorState;
  try {
    state = await detector.plugin.train({
      ...(await trainingContext(parts, job, run, detector, images)),
      report: (step) => progress.report(step),
      resumeFrom: await checkpoints.newest(),
      checkpoint: (save) => checkpoints.offer(save),
    });
  } finally {
    detector.dispose();
  }
  const artifact = await blobs.put(encodeDetectorState(state));

  const predictor = await openPredictor(parts, run, state, job.pluginLog);
  const size = run.settings.imageSize;
  const calibration = await calibrate(
    predictor,
    normal,
    (image) => loadScaled(blobs, image, size),
    (step, totalSteps) => progress.report({ phase: 'calibration', step, totalSteps }),
  ).finally(() => predictor.dispose());

  let forgotten: string[] = [];
  await job.complete(async (manager) => {
    await services.trainingRuns.registerVersion(manager, run, artifact, calibration);
    forgotten = await forgetCheckpoints(manager, run.jobId);
  });
  await checkpoints.discard(forgotten);
}

async function trainingContext(
  { services, registry, blobs }: WorkerParts,
  job: JobRun,
  run: TrainingRunEntity,
  { context }: OpenDetector,
  images: readonly SnapshotImage[],
): Promise<Omit<TrainingContext<Record<string, unknown>>, 'report' | 'resumeFrom' | 'checkpoint'>> {
  const size = run.settings.imageSize;
  const labels = run.labels;
  const chosen = (wanted: (image: SnapshotImage) => boolean) =>
    images.filter(wanted).map((image) => trainingImage(blobs, image, size, labels));
  const augmentations = run.augmentations.map((record) => {
    const { plugin, params } = registry.resolveRecord('augmentation', record);
    return plugin.create(params);
  });
  const loss = run.loss && registry.resolveRecord('loss', run.loss);
  const start = run.fromModelVersionId && (await services.models.requireVersion(run.fromModelVersionId));
  return {
    ...context,
    supervision: run.supervision,
    random: RandomSource.fromSeed(run.seed),
    normalImages: chosen((image) => image.label === 'NORMAL'),
    anomalousImages: chosen((image) => image.label === 'ANOMALOUS' && labels !== null && labels in image.annotations),
    imageAugmentations: augmentations.filter((augmentation) => augmentation.stage === 'image'),
    residualAugmentations: augmentations.filter((augmentation) => augmentation.stage === 'residual'),
    loss: loss ? loss.plugin.create(loss.params) : undefined,
    startFrom: start ? decodeDetectorState(await blobs.read(start.artifactSha256), 'artifact') : undefined,
    signal: job.signal,
  };
}
