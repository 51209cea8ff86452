import type { HostTensor, TrainingContext } from 'residua/plugin-api';
import { relabelled } from './window-training/trainingSamples.js';
import { trainOnWindows, type WindowTrainingContext } from './window-training/trainOnWindows.js';
import { residualDropout } from '../../augmentations/residual-dropout.js';
import { focal } from '../../losses/focal.js';
import { newNetwork, widened } from './network.js';
import type { SemirestParams as Params, SemirestUses } from './semirestParams.js';

/** The unsupervised training that a semi-supervised one starts from (section 3.3): of residuals alone. */
export async function pretrain(
  windows: WindowTrainingContext,
  context: TrainingContext<Params, SemirestUses>,
): Promise<Record<string, HostTensor>> {
  const { focal: ownLoss, dropout, ...own } = context.params.pretraining;
  const params = { ...context.params, featureInput: 0, ...own };
  const { imageSize } = context.settings;
  const synthetic = relabelled(windows.samples.synthetic, windows.grid, { imageSize, ...params });
  const parameters = await trainOnWindows({
    ...windows,
    params,
    loss: ownLoss ? focal.create(ownLoss) : windows.loss,
    residualAugmentations: [...windows.residualAugmentations, ...(dropout ? [residualDropout.create(dropout)] : [])],
    parameters: newNetwork({ ...context, params }),
    supervision: 'UNSUPERVISED',
    samples: { normal: windows.samples.normal, synthetic, anomalous: [] },
    stage: 'pre-training',
  });
  return widened(parameters, context);
}
