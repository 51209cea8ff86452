import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { devices, type Device } from '../../shared/devices.js';
import type { JobKind } from '../../shared/jobKinds.js';
import { enumOf } from '../enumOf.js';
import { JobKindEnum } from '../job/job.type.js';
import { DateTime, JsonObject } from '../scalars.js';

export const DeviceEnum = enumOf(devices);
registerEnumType(DeviceEnum, { name: 'Device', description: 'What a worker computes on.' });

@ObjectType({ description: 'A process that takes jobs.' })
export class Worker {
  @Field(() => String, { description: 'Its machine and process.' })
  name: string;

  @Field(() => [JobKindEnum], { description: 'Kinds of jobs that it takes, whatever their device.' })
  kinds: JobKind[];

  @Field(() => DeviceEnum, { description: 'What it computes on: jobs that need another device are not for it.' })
  device: Device;

  @Field(() => String, { description: 'What computes there: `onnxruntime` or `tensorflow`.' })
  engine: string;

  @Field(() => DateTime, { description: 'When the process of the worker began.' })
  startedAt: Date;

  @Field(() => DateTime, { description: 'When it was heard of last; every 5 s while it lives.' })
  seenAt: Date;
}

@ObjectType({ description: 'The server that answers, and what it allows.' })
export class ServerInfo {
  @Field(() => String, { description: 'Version of Residua.' })
  version: string;

  @Field(() => Int, { description: 'Version of the contract plugins are written against.' })
  pluginApiVersion: number;

  @Field(() => String, {
    description: 'Compute engine of the workers: `onnxruntime`, `tensorflow`, or `automatic` when each worker chooses.',
  })
  computeBackend: string;

  @Field(() => String, { description: 'Database and its version, e.g. `PostgreSQL 18.1`.' })
  database: string;

  @Field(() => [Worker], { description: 'Workers that are alive, the oldest first.' })
  workers: Worker[];

  @Field(() => JsonObject, {
    description: 'What clients may send and ask for: bytes, pixels, milliseconds and numbers, by name.',
  })
  limits: object;
}
