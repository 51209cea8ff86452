import { Field, Float, ID, Int, InterfaceType, ObjectType, registerEnumType } from 'type-graphql';
import { jobKinds, jobStates, nounOf, type JobKind, type JobState } from '../../services/records.js';
import { neededDevices, type NeededDevice } from '../../shared/devices.js';
import { connectionOf } from '../connection/connection.type.js';
import { enumOf } from '../enumOf.js';
import { Node } from '../node/node.type.js';
import { DateTime } from '../scalars.js';
import { Payload, UserError } from '../user-error/userError.type.js';

export const JobKindEnum = enumOf(jobKinds);
registerEnumType(JobKindEnum, { name: 'JobKind', description: 'What a job does.' });

export const JobStateEnum = enumOf(jobStates);
registerEnumType(JobStateEnum, {
  name: 'JobState',
  description: 'Where a job stands.',
  valuesConfig: {
    QUEUED: { description: 'Waits for a worker.' },
    RUNNING: { description: 'A worker has it.' },
    RETRYING: { description: 'An attempt failed; another follows.' },
    COMPLETED: { description: 'Done, and its result is stored.' },
    FAILED: { description: 'Given up; `failure` says why.' },
    CANCELLED: { description: 'Stopped on request.' },
  },
});

export const NeededDeviceEnum = enumOf(neededDevices);
registerEnumType(NeededDeviceEnum, {
  name: 'NeededDevice',
  description: 'What a job must be computed on.',
  valuesConfig: {
    ANY: { description: 'Whatever the worker that takes it has.' },
    CPU: { description: 'A worker that computes on its processor: numbers as there, and GPUs stay free.' },
    GPU: { description: 'A worker that computes on a GPU.' },
  },
});

@InterfaceType({
  implements: Node,
  description: 'Long work in the background.',
  resolveType: (record: object) => nounOf(record),
})
export abstract class Job {
  @Field(() => JobKindEnum, { description: 'What the job does.' })
  kind: JobKind;

  @Field(() => JobStateEnum, { description: 'Where it stands.' })
  state: JobState;

  @Field(() => Float, { description: 'Done share of the whole work, 0 to 1.' })
  progress: number;

  @Field(() => Int, { description: 'Attempts begun; 0 while it waits.' })
  attempt: number;

  @Field(() => NeededDeviceEnum, { description: 'Only workers that compute on it take the job.' })
  device: NeededDevice;

  @Field(() => String, {
    nullable: true,
    description:
      'Which worker it waits for when none is alive that may take it; null while one is, and when it does not wait.',
  })
  waitingFor?: string | null;

  @Field(() => DateTime, { description: 'When it was asked for.' })
  createdAt: Date;

  @Field(() => DateTime, { nullable: true, description: 'When its first attempt began.' })
  startedAt: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it ended, in whatever way.' })
  finishedAt: Date | null;

  @Field(() => UserError, { nullable: true, description: 'Why it failed; null otherwise.' })
  failure: UserError | null;

  @Field(() => Job, { nullable: true, description: 'The ended job that this one does again; null for any other.' })
  retryOf?: object | null;
}

export const JobConnection = connectionOf('Job', () => Job, 'jobs');

@ObjectType({ description: 'Answer of `deleteJob`.' })
export class DeleteJobPayload extends Payload {
  @Field(() => ID, { nullable: true, description: 'The id that is gone; null when there are problems.' })
  deletedId?: string;
}

@ObjectType({ description: 'Answer of a mutation on a job.' })
export class JobPayload extends Payload {
  @Field(() => Job, { nullable: true, description: 'The job as it is now; null when there are problems.' })
  job?: object;
}
