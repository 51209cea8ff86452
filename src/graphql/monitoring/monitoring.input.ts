import { ArgsType, Field, Float, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { monitoringSteps, type MonitoringStep } from '../../services/monitoring.service.js';
import { alertKinds, type AlertKind } from '../../services/records.js';
import { PageArgs } from '../connection/connection.type.js';
import { enumOf } from '../enumOf.js';
import { DateTime } from '../scalars.js';

const MonitoringStepEnum = enumOf(monitoringSteps);
registerEnumType(MonitoringStepEnum, {
  name: 'MonitoringStep',
  description: 'Buckets of a report: whole hours, or whole days (UTC).',
});

export const AlertKindEnum = enumOf(alertKinds);
registerEnumType(AlertKindEnum, {
  name: 'AlertKind',
  description: 'Reasons for an alert of a model that is served.',
  valuesConfig: {
    SCORE_DRIFT: { description: "Scores of images called normal lie elsewhere than the version's own normal scores." },
    BANK_DRIFT: {
      description:
        "Images called normal lie elsewhere from the memory bank than the version's own normal images, and their scores show nothing.",
    },
    ANOMALY_RATE: { description: 'The share of anomalous images left its control limits.' },
    NO_PREDICTIONS: { description: 'Nobody has asked the model for longer than its rule allows.' },
  },
});

@InputType({ description: 'Which predictions a report counts; every condition given must hold.' })
export class MonitoringFilter {
  @Field(() => DateTime, {
    nullable: true,
    description: 'From the hour of this moment; a day before `to` when left out.',
  })
  from?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Hours that begin before; now when left out.' })
  to?: Date | null;

  @Field(() => String, { nullable: true, description: 'Only this station; an empty text: those that named none.' })
  station?: string | null;
}

@ArgsType()
export class ModelMonitoringArgs {
  @Field(() => ID, { description: 'Id of the model version.' })
  modelVersionId: string;

  @Field(() => MonitoringStepEnum, {
    defaultValue: 'HOUR',
    description: 'Buckets: by HOUR at most 31 days, by DAY at most 92.',
  })
  step: MonitoringStep;

  @Field(() => MonitoringFilter, { nullable: true, description: 'Which predictions; the last 24 hours when left out.' })
  filter?: MonitoringFilter | null;
}

@InputType({ description: 'Which alerts; every condition given must hold.' })
export class MonitoringAlertFilter {
  @Field(() => ID, { nullable: true, description: 'Only those of this model.' })
  modelId?: string | null;

  @Field(() => AlertKindEnum, { nullable: true, description: 'Only those of this kind.' })
  kind?: AlertKind | null;

  @Field(() => Boolean, { nullable: true, description: 'Only those that are open, or closed.' })
  isOpen?: boolean | null;
}

@ArgsType()
export class MonitoringAlertArgs extends PageArgs {
  @Field(() => ID, { description: 'Id of the project.' })
  projectId: string;

  @Field(() => MonitoringAlertFilter, { nullable: true, description: 'Which ones; all when left out.' })
  filter?: MonitoringAlertFilter | null;
}

@InputType({ description: 'How a model shall be watched; what is left out stays.' })
export class SetMonitoringRuleInput {
  @Field(() => ID, { description: 'Id of the model.' })
  modelId: string;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is judged; counts are kept anyway.' })
  isOn?: boolean | null;

  @Field(() => Int, { nullable: true, description: 'Hours that are judged together, 1 to 168.' })
  windowHours?: number | null;

  @Field(() => Int, { nullable: true, description: 'Fewer predictions in these hours are not judged, 20 to 100,000.' })
  leastPredictions?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Share of anomalous images to expect, 0 to 1; null: that of the first thousand predictions kept.',
  })
  expectedAnomalyRate?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Minutes without a prediction that raise an alert, 1 to 10,080; null: none do.',
  })
  silenceMinutes?: number | null;
}
