import { Field, Float, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import {
  residualFunctions,
  supervisions,
  type Supervision,
  type TrainingSettings as Settings,
} from '../../shared/training.js';
import { enumOf } from '../enumOf.js';

export const SupervisionEnum = enumOf(supervisions);
registerEnumType(SupervisionEnum, {
  name: 'Supervision',
  description: 'What a training may read.',
  valuesConfig: {
    UNSUPERVISED: { description: 'Normal images only.' },
    SUPERVISED: { description: 'Also pixel or block labels of some anomalous images.' },
    SEMI_SUPERVISED: { description: 'Also boxes on some anomalous images.' },
  },
});

export const ResidualFunctionEnum = enumOf(residualFunctions);
registerEnumType(ResidualFunctionEnum, {
  name: 'ResidualFunction',
  description: 'Element-wise distance between a feature and its nearest neighbour, Eq. 6.',
  valuesConfig: {
    SQUARE: { description: '(a - b)², as in the paper.' },
    ABSOLUTE: { description: '|a - b|, the ablation.' },
  },
});

@ObjectType({ description: 'Every hyper-parameter of a training, with the value used.' })
export class TrainingSettings {}

@InputType({ description: 'Hyper-parameters to change. Anything left out comes from the preset.' })
export class TrainingSettingsInput {}

const bool = () => Boolean;
const float = () => Float;
const int = () => Int;

/** Type and description of each setting; both types below are declared from this one table. */
const settings: Record<keyof Settings, [type: () => object, description: string]> = {
  imageSize: [int, 'Side of the square each image is scaled to, pixels.'],
  steps: [int, 'Optimiser steps.'],
  learningRate: [float, 'Learning rate of AdamW.'],
  weightDecay: [float, 'Decoupled weight decay of AdamW.'],
  emaDecay: [float, 'Decay of the moving average of the weights, 0 to 1; the average is the final model.'],
  featureDimension: [int, 'Channels of a pooled feature, d_f.'],
  positionWeight: [float, 'Weight of the position code, lambda_PE of Eq. 2.'],
  coresetRatio: [float, 'Share of all normal features kept in the memory bank, above 0 to 1.'],
  residual: [() => ResidualFunctionEnum, 'Distance to the nearest neighbour, Eq. 6.'],
  tokenPatchSize: [int, 'Features per token side, rho of Eq. 7.'],
  windowSize: [int, 'Tokens per sliding window side, mu of Eq. 8.'],
  windowStep: [int, 'Tokens between window starts, s of Eq. 8.'],
  windowSamplingRatio: [float, 'Share of the sliding windows drawn in each step, p, above 0 to 1.'],
  swinBlocks: [int, 'Transformer blocks.'],
  swinWindow: [int, 'Tokens per attention window side.'],
  swinHeads: [int, 'Attention heads.'],
  swinDimension: [int, 'Channels of the embedding.'],
  anomalousBlockThreshold: [
    float,
    'A block with a larger share of anomalous pixels is ANOMALOUS, eps+ of Eq. 14, 0 to 1.',
  ],
  normalBlockThreshold: [float, 'A block with a smaller share of anomalous pixels is NORMAL, eps- of Eq. 14, 0 to 1.'],
  unknownBlockThreshold: [
    float,
    'A block with a larger share of pixels inside boxes is UNKNOWN, upsilon of Eq. 15, 0 to 1.',
  ],
  normalImagesPerStep: [int, 'Normal images in each step, b1.'],
  syntheticImagesPerStep: [int, 'Images with synthetic defects in each step, b2.'],
  anomalousImagesPerStep: [int, 'Images with real defects in each step, b3.'],
  unlabelledWeight: [float, 'Weight of the loss on unknown tokens at the end of its ramp, lambda_u.'],
  unlabelledRampSteps: [int, 'Steps over which lambda_u rises from 0.'],
  sharpeningTemperature: [float, 'T of MixMatch, above 0 to 1; smaller makes guesses more decided.'],
  guesses: [int, 'Augmented copies of each window for a guess, M of Algorithm 1.'],
  smoothingSigma: [float, 'Standard deviation of the Gaussian on the anomaly map, pixels of the scaled image.'],
  bagging: [bool, "Whether a token's score is the mean over all windows that contain it, Eq. 10."],
};

for (const [name, [type, description]] of Object.entries(settings)) {
  Field(type as () => typeof Int, { description })(TrainingSettings.prototype, name);
  Field(type as () => typeof Int, { nullable: true, description })(TrainingSettingsInput.prototype, name);
}

@ObjectType({ description: 'A named starting point of a training.' })
export class TrainingPreset {
  @Field(() => String, { description: 'Name it in `startTraining`.' })
  name: string;

  @Field(() => String, { description: 'What it is made for.' })
  description: string;

  @Field(() => SupervisionEnum, { description: 'What a training with it reads.' })
  supervision: Supervision;

  @Field(() => TrainingSettings, { description: 'Its hyper-parameters.' })
  settings: TrainingSettings;
}
