import type { ImageAugmentation, LossFunction, PluginLog, ResidualAugmentation } from '../../plugin-api/index.js';
import type { TrainingRunEntity } from '../../services/records.js';
import { collectProblems, throwIfProblems, type Problem } from '../../shared/errors.js';
import type { RgbImage } from '../../shared/images.js';
import { openDetector, type OpenDetector } from '../detectorRun.js';
import { asHost, type PluginGuard } from './pluginGuard.js';
import { probeExtractor, probeImageAugmentation, probeLoss } from './pluginProbe.js';
import { loadTextures } from './textures.js';
import type { WorkerParts } from '../workerParts.js';

/** What the detector uses of it. */
interface Chosen {
  imageAugmentations?: ImageAugmentation[];
  residualAugmentations?: ResidualAugmentation[];
  loss?: LossFunction;
}

export interface TrainingPlugins {
  detector: OpenDetector;
  chosen: Chosen;
}

interface Opening {
  guard: PluginGuard;
  /** A training image, scaled. */
  probed: RgbImage;
  log: PluginLog;
}

/**
 * Loads the plugins of a run and tries each on a little before the training begins.
 * @throws ProblemError what loading them throws; PLUGIN_CRASHED, PLUGIN_CONTRACT_VIOLATION, NON_FINITE_OUTPUT, PLUGIN_LEAK; of
 * all plugins at once.
 */
export async function openTrainingPlugins(
  parts: WorkerParts,
  run: TrainingRunEntity,
  { guard, probed, log }: Opening,
): Promise<TrainingPlugins> {
  const problems: Problem[] = [];
  const chosen = await collectProblems(problems, () => chosenPlugins(parts, run, guard, probed, problems));
  const detector = await collectProblems(problems, () =>
    guard.wait(run.featureExtractor ?? run.detector, () => openDetector(parts, run, log)),
  );
  if (detector?.features) {
    const { features, context } = detector;
    const record = run.featureExtractor!;
    features.featureExtractor = guard.extractor(record, features.featureExtractor);
    Object.assign(context, features);
    const found = await collectProblems(problems, () =>
      probeExtractor(record, features, { compute: parts.compute, image: probed }),
    );
    problems.push(...(found ?? []));
  }
  if (problems.length > 0) detector?.dispose();
  throwIfProblems(problems);
  return { detector: detector!, chosen: chosen! };
}

async function chosenPlugins(
  parts: WorkerParts,
  run: TrainingRunEntity,
  guard: PluginGuard,
  probed: RgbImage,
  problems: Problem[],
): Promise<Chosen> {
  const { registry, compute } = parts;
  const augmentations = await Promise.all(
    run.augmentations.map(async (record) => {
      const created = await openAugmentation(parts, run, record, guard);
      return [record, guard.augmentation(record, created)] as const;
    }),
  );
  const { uses } = (await registry.open('detector', run.detector)).plugin;
  const [image, residual]: [ImageAugmentation[], ResidualAugmentation[]] = [[], []];
  const chosen: Chosen = {
    ...(uses.augmentations.includes('image') && { imageAugmentations: image }),
    ...(uses.augmentations.includes('residual') && { residualAugmentations: residual }),
  };
  const record = run.loss;
  if (record) {
    const { plugin, params } = await registry.open('loss', record);
    const loss = guard.loss(
      record,
      guard.run(record, () => plugin.create(params)),
    );
    problems.push(...((await collectProblems(problems, () => probeLoss(record, loss, compute))) ?? []));
    chosen.loss = loss;
  }
  for (const [named, augmentation] of augmentations) {
    if (augmentation.stage === 'residual') residual.push(augmentation);
    else {
      image.push(augmentation);
      const found = await collectProblems(problems, async () => probeImageAugmentation(named, augmentation, probed));
      problems.push(...(found ?? []));
    }
  }
  return chosen;
}

async function openAugmentation(
  parts: WorkerParts,
  run: TrainingRunEntity,
  record: TrainingRunEntity['augmentations'][number],
  guard: PluginGuard,
): Promise<ImageAugmentation | ResidualAugmentation> {
  const { plugin, params } = await parts.registry.open('augmentation', record);
  if (plugin.stage === 'residual') return guard.run(record, () => plugin.create(params));
  const folder = guard.run(record, () => plugin.textureFolder?.(params));
  const textures = await asHost(() => loadTextures(parts, run, folder));
  return guard.run(record, () => plugin.create(params, textures));
}
