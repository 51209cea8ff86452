import { Field, Float, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { supervisions, type Supervision, type TrainingSettings as Settings } from '../../shared/training.js';
import { enumOf } from '../enumOf.js';
import { JsonObject } from '../scalars.js';

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

const imageSize = 'Side of the square each image is scaled to, pixels.';
const smoothingSigma = 'Standard deviation of the Gaussian on the anomaly map, pixels of the scaled image.';

@ObjectType({ description: 'What every training has, whatever its detector, with the value used.' })
export class TrainingSettings implements Settings {
  @Field(() => Int, { description: imageSize })
  imageSize: number;

  @Field(() => Float, { description: smoothingSigma })
  smoothingSigma: number;
}

@InputType({
  description:
    'Settings to change; anything left out comes from the preset. All else is a parameter of the detector: see `Plugin.paramsSchema`.',
})
export class TrainingSettingsInput {
  @Field(() => Int, { nullable: true, description: imageSize })
  imageSize?: number | null;

  @Field(() => Float, { nullable: true, description: smoothingSigma })
  smoothingSigma?: number | null;
}

@ObjectType({ description: 'A plugin that a preset names.' })
export class PresetPlugin {
  @Field(() => String, { name: 'name', description: 'Name of the plugin within its kind.' })
  id: string;

  @Field(() => JsonObject, { nullable: true, description: 'Parameters that are not at their defaults.' })
  params?: object;
}

@ObjectType({ description: 'A named starting point of the trainings of one detector.' })
export class TrainingPreset {
  @Field(() => String, { description: 'Name it in `startTraining`; those of other detectors may have the same.' })
  name: string;

  @Field(() => String, { description: 'Name of the detector.' })
  detector: string;

  @Field(() => String, { description: 'What it is made for.' })
  description: string;

  @Field(() => SupervisionEnum, { description: 'What a training with it reads.' })
  supervision: Supervision;

  @Field(() => TrainingSettings, { description: 'What a training with it starts from.' })
  settings: TrainingSettings;

  @Field(() => JsonObject, { description: 'Parameters of the detector that are not at their defaults.' })
  params: object;

  @Field(() => PresetPlugin, { nullable: true, description: 'Its features; null for detectors that use none.' })
  featureExtractor?: PresetPlugin;

  @Field(() => [PresetPlugin], { description: 'Its augmentations, in order.' })
  augmentations: readonly PresetPlugin[];

  @Field(() => PresetPlugin, { nullable: true, description: 'Its loss; null for detectors without one.' })
  loss?: PresetPlugin;
}
