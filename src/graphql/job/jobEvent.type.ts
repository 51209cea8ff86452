import { Field, Float, InterfaceType, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { JobEventRecord } from '../../services/jobs.service.js';
import type { JobState } from '../../services/records.js';
import { connectionOf } from '../connection/connection.type.js';
import { enumOf } from '../enumOf.js';
import { DateTime } from '../scalars.js';
import { JobStateEnum } from './job.type.js';

export const LogLevelEnum = enumOf(['DEBUG', 'INFO', 'WARN', 'ERROR']);
registerEnumType(LogLevelEnum, { name: 'LogLevel', description: 'How much a log line matters.' });

const eventTypeNames = {
  STATE_CHANGED: 'StateChanged',
  METRICS_REPORTED: 'MetricsReported',
  LOG_WRITTEN: 'LogWritten',
  CHECKPOINT_SAVED: 'CheckpointSaved',
} as const;

@InterfaceType({
  description: 'Something that happened in a job.',
  resolveType: (event: JobEventRecord) => eventTypeNames[event.type],
})
export abstract class JobEvent {
  @Field(() => String, { description: 'Opaque; `jobEvents` and `events` continue behind it.' })
  cursor: string;

  @Field(() => Int, { description: '1, 2, 3 … per job without gaps.' })
  seq: number;

  @Field(() => DateTime, { description: 'When it happened.' })
  at: Date;

  @Field(() => Int, { description: 'The attempt it happened in; 0 before the first.' })
  attempt: number;
}

@ObjectType({ implements: JobEvent, description: 'The job entered another state.' })
export class StateChanged extends JobEvent {
  @Field(() => JobStateEnum, { description: 'The state it entered.' })
  state: JobState;
}

@ObjectType({ description: 'One measured number.' })
export class Metric {
  @Field(() => String, { description: 'What was measured, e.g. `loss`.' })
  name: string;

  @Field(() => Float, { description: 'The value measured at this step.' })
  value: number;
}

@ObjectType({ implements: JobEvent, description: 'How far the work is, and what was measured.' })
export class MetricsReported extends JobEvent {
  @Field(() => String, { description: 'Part of the work: feature-extraction, memory-bank, training, evaluation …' })
  stage: string;

  @Field(() => Int, { description: 'Steps done in this stage.' })
  step: number;

  @Field(() => Int, { description: 'Steps of this stage.' })
  totalSteps: number;

  @Field(() => [Metric], { description: 'What was measured at this step.' })
  metrics: Metric[];

  @Field(() => Float, { nullable: true, description: 'Seconds per step lately; null when not known.' })
  secondsPerStep: number | null;

  @Field(() => Float, { nullable: true, description: 'Seconds until the end of this stage; null when not known.' })
  etaSeconds: number | null;
}

@ObjectType({ implements: JobEvent, description: 'A line for people.' })
export class LogWritten extends JobEvent {
  @Field(() => LogLevelEnum, { description: 'How much it matters.' })
  level: string;

  @Field(() => String, { description: 'The line, as it was written.' })
  message: string;
}

@ObjectType({ implements: JobEvent, description: 'The work can continue from here after a crash.' })
export class CheckpointSaved extends JobEvent {
  @Field(() => Int, { description: 'Steps done when it was saved.' })
  step: number;
}

export const JobEventConnection = connectionOf('JobEvent', () => JobEvent, 'job events');
