import { everything } from '../../access/index.js';
import { forgetCheckpoints, type JobAttempt } from '../../jobs/index.js';
import type { DetectorUses, TrainingContext, TrainingStage, TrainingSteps } from '../../plugin-api/index.js';
import type { TrainingRunEntity } from '../../services/records.js';
import type { SnapshotImage } from '../../services/snapshot-images.service.js';
import { RandomSource } from '../../shared/random.js';
import { calibrate } from './calibration.js';
import { checkFeatureWeights, encodeDetectorState, readState, type StoredState } from '../detectorArtifact.js';
import { openPredictor, type OpenDetector } from '../detectorRun.js';
import { loadScaled } from '../imagePixels.js';
import { readModelState } from '../modelState.js';
import { StageProgress } from './stageProgress.js';
import { asHost, PluginGuard } from './pluginGuard.js';
import { TrainingCheckpoints, trainingCode } from './trainingCheckpoints.js';
import { trainingImage } from './trainingImages.js';
import { withMemoryAdvice } from './memoryAdvice.js';
import { openTrainingPlugins } from './trainingPlugins.js';
import { watchTrainingTime } from './trainingTime.js';
import { TrainingWatch } from './trainingWatch.js';
import type { WorkerParts } from '../workerParts.js';

/** The detector's stages, and the host's own behind them. */
async function stagesOf({ registry }: WorkerParts, run: TrainingRunEntity): Promise<TrainingStage[]> {
  const { plugin, params } = await registry.open('detector', run.detector);
  const choices = { params, supervision: run.supervision, continuing: run.fromModelVersionId !== null };
  const stages = plugin.stages(choices);
  const whole = stages.reduce((sum, { weight }) => sum + weight, 0);
  return [...stages, { name: 'calibration', weight: whole / 20 }];
}

/** Runs one TRAINING job: trains the detector, scores normal images for its thresholds, stores the artifact and registers the model version. */
export async function runTrainingJob(parts: WorkerParts, attempt: JobAttempt): Promise<void> {
  const { services, blobs, compute } = parts;
  const run = await services.trainingRuns.require(everything, attempt.job.id);
  await attempt.write((manager) =>
    services.trainingRuns.recordEnvironment(manager, run.jobId, { engine: compute.engine, ...compute.environment }),
  );
  const images = await services.snapshotImages.find(everything, run.snapshotId, { split: 'TRAIN' });
  const normal = images.filter((image) => image.label === 'NORMAL');
  const checkpoints = new TrainingCheckpoints(
    blobs,
    attempt,
    parts.checkpointSeconds,
    trainingCode(parts.registry, run.detector),
  );
  const { state, progress } = await train(parts, attempt, run, images, checkpoints);
  const artifact = await blobs.put(encodeDetectorState(state));

  const predictor = await openPredictor(parts, run, state, attempt.pluginLog);
  const calibration = await calibrate(
    predictor,
    normal,
    (image) => loadScaled(parts, image, run),
    (step, totalSteps) => progress.report({ stage: 'calibration', step, totalSteps }),
  ).finally(() => predictor.dispose());

  let forgotten: string[] = [];
  await attempt.complete(async (manager) => {
    await services.trainingRuns.registerVersion(manager, run, artifact, calibration);
    forgotten = await forgetCheckpoints(manager, run.jobId);
  });
  await checkpoints.discard(forgotten);
}

/** Trains with plugins that were tried first and are watched meanwhile. */
async function train(
  parts: WorkerParts,
  attempt: JobAttempt,
  run: TrainingRunEntity,
  images: readonly SnapshotImage[],
  checkpoints: TrainingCheckpoints,
): Promise<{ state: StoredState; progress: StageProgress }> {
  const watch = new TrainingWatch(attempt, run.detector, parts.stepTimeoutSeconds);
  const guard = new PluginGuard(watch);
  let stopLooking = () => {};
  try {
    stopLooking = await watchTrainingTime(parts, attempt, (problem) => watch.end(problem));
    const progress = new StageProgress(attempt, await stagesOf(parts, run));
    const [first] = images.filter((image) => image.label === 'NORMAL');
    const probed = await asHost(() => loadScaled(parts, first!, run));
    const plugins = await watched(watch, openTrainingPlugins(parts, run, { guard, probed, log: attempt.pluginLog }));
    const { detector } = plugins;
    try {
      const data = await asHost(() => trainingData(parts, run, images));
      if (data.startFrom) {
        checkFeatureWeights(data.startFrom, detector, run);
        data.startFrom = readState(detector.plugin, data.startFrom);
      }
      await asHost(() => keepModelFiles(parts, run, detector));
      const context: TrainingContext<Record<string, unknown>, DetectorUses> = {
        ...detector.context,
        ...plugins.chosen,
        ...data,
        supervision: run.supervision,
        steps: await stepsOf(run, { watch, progress, checkpoints }),
      };
      // A detector that listens for the end of the job would wait for ever for one that came before it listened.
      context.steps.signal.throwIfAborted();
      const trained = guard.wait(run.detector, () =>
        withMemoryAdvice(detector.plugin, context, detector.plugin.train(context)),
      );
      const state = await watched(watch, trained);
      const { plugin, features } = detector;
      const made = { featureWeights: features?.featureExtractor.weightsDigest, stateVersion: plugin.stateVersion };
      return { state: { ...state, ...made }, progress };
    } finally {
      detector.dispose();
    }
  } finally {
    stopLooking();
    watch.stop();
  }
}

/** What the features were read from, recorded: later attempts and predictions read the same. */
async function keepModelFiles({ services }: WorkerParts, run: TrainingRunEntity, { files }: OpenDetector) {
  const kept = await files.keep();
  if (!kept) return;
  await services.modelFiles.record(run.jobId, kept);
  run.modelFiles = kept;
}

interface TrainingRecord {
  watch: TrainingWatch;
  progress: StageProgress;
  checkpoints: TrainingCheckpoints;
}

async function stepsOf(
  run: TrainingRunEntity,
  { watch, progress, checkpoints }: TrainingRecord,
): Promise<TrainingSteps> {
  return {
    random: RandomSource.fromSeed(run.seed),
    signal: watch.signal,
    report: (step) => {
      watch.reported(step);
      progress.report(step);
    },
    resumeFrom: await asHost(() => checkpoints.newest()),
    checkpoint: (save) => asHost(() => checkpoints.offer(save)),
  };
}

/** What the plugins do, or what the watch finds first. What is given up may still fail later. */
function watched<T>(watch: TrainingWatch, work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return Promise.race([work, watch.failed]);
}

/** What a training reads. */
async function trainingData(parts: WorkerParts, run: TrainingRunEntity, images: readonly SnapshotImage[]) {
  const labels = run.labels;
  const chosen = (wanted: (image: SnapshotImage) => boolean) =>
    images.filter(wanted).map((image) => {
      const loaded = trainingImage(parts, image, run, labels);
      return { ...loaded, load: () => asHost(() => loaded.load()) };
    });
  const { models } = parts.services;
  const start = run.fromModelVersionId && (await models.requireVersion(everything, run.fromModelVersionId));
  return {
    normalImages: chosen((image) => image.label === 'NORMAL'),
    anomalousImages: chosen((image) => image.label === 'ANOMALOUS' && labels !== null && labels in image.annotations),
    startFrom: start ? await readModelState(parts, start) : undefined,
  };
}
