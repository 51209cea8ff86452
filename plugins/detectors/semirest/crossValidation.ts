import { hostTensor, type HostTensor, type TrainingContext } from 'residua/plugin-api';
import { EvaluationAccumulator, labelValues, type TrainedMemoryBank } from 'residua/toolkit';
import { networkTensors } from './network.js';
import { networkJudging } from './prediction.js';
import type { SemirestParams as Params, SemirestUses } from './semirestParams.js';
import type { MatchedImage } from './window-training/matchedImage.js';
import { createTokenJudge, type TokenJudge } from './window-training/matchedLogits.js';
import { trainOnWindows, type WindowTrainingContext } from './window-training/trainOnWindows.js';

type Context = TrainingContext<Params, SemirestUses>;
/** What is chosen by cross-validation. */
export type HeadChoice = Pick<Params, 'headPenalty' | 'syntheticShare'>;

/** Reported while heads are compared. */
export const crossValidationStage = 'cross-validation';

/** Normal images beside the labelled ones that are left out: what is normal counts in a ranking, too. */
const normalImages = 20;

/** Whether a training compares heads, as far as its parameters say. */
export function crossValidates({ params, supervision }: Pick<Context, 'params' | 'supervision'>): boolean {
  return supervision === 'SUPERVISED' && params.head !== 'swin' && params.crossValidation.folds > 0;
}

/**
 * The penalty of the linear head, and the share of synthetic defects, whose training on some of the labelled images ranks the tokens of the others best: the mean
 * over all folds of the average precision of tokens. Few defects that are alike ask for another head than few of many kinds, and no test image needs to be
 * looked at to tell them apart.
 * @returns undefined where fewer labelled images show a defect than there are folds.
 */
export async function crossValidated(
  windows: WindowTrainingContext,
  banks: Pick<TrainedMemoryBank, 'bank' | 'fine'>,
  context: Context,
): Promise<HeadChoice | undefined> {
  const { params, log } = context;
  const { folds } = params.crossValidation;
  const shown = windows.samples.anomalous.filter(({ labels }) => labels.includes(labelValues.ANOMALOUS));
  if (shown.length < folds) {
    log.info(
      `cross-validation left out: ${shown.length} labelled images show a defect, and it needs ${folds}; headPenalty is ${params.headPenalty}`,
    );
    return undefined;
  }
  const choices = choicesOf(params);
  // One draw, however many trainings there are: the one behind them is then the same.
  const random = windows.steps.random.fork();
  const measured: { choice: HeadChoice; precision: number }[] = [];
  const judge = await createJudge(windows, banks, context);
  try {
    for (const choice of choices) {
      const precisions: number[] = [];
      for (let fold = 0; fold < folds; fold++) {
        precisions.push(
          await precisionOf(choice, { fold, folds, shown }, { ...windows, steps: { ...windows.steps, random } }, judge),
        );
        const step = measured.length * folds + fold + 1;
        windows.steps.report({ stage: crossValidationStage, step, totalSteps: choices.length * folds });
      }
      measured.push({ choice, precision: precisions.reduce((sum, each) => sum + each, 0) / folds });
    }
  } finally {
    await judge.dispose();
  }
  const best = measured.reduce((one, other) => (other.precision > one.precision ? other : one));
  const all = measured.map(({ choice, precision }) => `${named(choice)}: ${precision.toFixed(3)}`).join('; ');
  log.info(`token AP of labelled images that were left out, by head: ${all}; taken: ${named(best.choice)}`);
  return best.choice;
}

/** Every pair that there is to choose from. */
function choicesOf({ crossValidation: { headPenalties, syntheticShares } }: Pick<Params, 'crossValidation'>) {
  return headPenalties.flatMap((headPenalty) =>
    syntheticShares.map((syntheticShare): HeadChoice => ({ headPenalty, syntheticShare })),
  );
}

function named({ headPenalty, syntheticShare }: HeadChoice): string {
  return `penalty ${headPenalty}, synthetic share ${syntheticShare}`;
}

interface Fold {
  fold: number;
  folds: number;
  /** Labelled images that show a defect. */
  shown: readonly MatchedImage[];
}

/** Judges with a network of a fold. */
interface FoldJudge extends Pick<TokenJudge, 'dispose'> {
  judge: (image: MatchedImage, parameters: Readonly<Record<string, HostTensor>>) => Promise<Float32Array>;
}

async function createJudge(
  windows: WindowTrainingContext,
  banks: Pick<TrainedMemoryBank, 'bank' | 'fine'>,
  context: Context,
): Promise<FoldJudge> {
  const scales = { scale: windows.residualScale, fineScale: windows.fine?.residualScale };
  const network = networkTensors(windows.parameters, scales);
  const judging = networkJudging(Object.keys(network), banks, context);
  const judge = await createTokenJudge(judging, windows.samples.normal[0]!, judging.inputs(network));
  return {
    judge: (image, parameters) => judge.judge(image, judging.inputs(networkTensors(parameters, scales))),
    dispose: () => judge.dispose(),
  };
}

/** Trains without a fold, and measures on it. */
async function precisionOf(
  choice: HeadChoice,
  { fold, folds, shown }: Fold,
  windows: WindowTrainingContext,
  { judge }: FoldJudge,
): Promise<number> {
  const { samples, params, steps, grid } = windows;
  const isLeftOut = (image: MatchedImage) => shown.indexOf(image) % folds === fold;
  const parameters = await trainOnWindows({
    ...windows,
    params: { ...params, ...choice, steps: params.crossValidation.steps },
    samples: { ...samples, anomalous: samples.anomalous.filter((image) => !isLeftOut(image)) },
    // Heads are soon trained: what was interrupted begins anew.
    steps: {
      random: steps.random.fork(),
      signal: steps.signal,
      report: () => undefined,
      checkpoint: () => Promise.resolve(),
      resumeFrom: undefined,
    },
  });
  const accumulator = new EvaluationAccumulator();
  for (const image of [...samples.normal.slice(0, normalImages), ...shown.filter(isLeftOut)]) {
    const scores = await judge(image, parameters);
    const isAnomalous = image.labels.includes(labelValues.ANOMALOUS);
    accumulator.add({
      ...{ width: grid.columns, height: grid.rows, isAnomalous, defectType: null, anomalyScore: 0 },
      // What nobody labelled is below everything, so that it counts nowhere.
      scores: scores.map((score, i) => (image.labels[i]! < 0 ? -1 : score)),
      mask: Uint8Array.from(image.labels, (label) => (label === labelValues.ANOMALOUS ? 1 : 0)),
    });
  }
  return accumulator.finish().metrics.pixelAp ?? 0;
}

const stateName = 'choice';

/** A choice as the result of a stage holds it; nothing where there is none. */
export function choiceTensors(choice: HeadChoice | undefined, params: Params): Record<string, HostTensor> {
  if (!choice) return {};
  const same = (other: HeadChoice) =>
    other.headPenalty === choice.headPenalty && other.syntheticShare === choice.syntheticShare;
  return { [stateName]: hostTensor(Int32Array.of(choicesOf(params).findIndex(same)), [1]) };
}

/** The choice of {@link choiceTensors}. */
export function choiceIn(tensors: Readonly<Record<string, HostTensor>>, params: Params): HeadChoice | undefined {
  const index = tensors[stateName]?.data[0];
  return index === undefined ? undefined : choicesOf(params)[index];
}
