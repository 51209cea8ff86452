import { Extensions, Arg, Args, Ctx, FieldResolver, Float, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { may } from '../access/access.js';
import { unreadable } from '../access/guardOwnedTypes.js';
import { queriedProject } from '../project/queriedProject.js';
import type { JobEntity, JobRecord } from '../../services/records.js';
import { connection, PageArgs } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { DateTime } from '../scalars.js';
import { payload } from '../user-error/payload.js';
import { UserError } from '../user-error/userError.type.js';
import { JobInput, JobsArgs } from './job.input.js';
import {
  DeleteJobPayload,
  Job,
  JobConnection,
  JobKindEnum,
  JobPayload,
  JobStateEnum,
  NeededDeviceEnum,
} from './job.type.js';
import { JobEventConnection } from './jobEvent.type.js';
import { jobIdOf } from './jobId.js';

@Resolver(() => Job)
export class JobResolver {
  @FieldResolver(() => JobKindEnum)
  async kind(@Root() record: JobRecord, @Ctx() context: GraphqlContext) {
    return (await jobOf(record, context)).kind;
  }

  @FieldResolver(() => JobStateEnum)
  async state(@Root() record: JobRecord, @Ctx() context: GraphqlContext) {
    return (await jobOf(record, context)).state;
  }

  @FieldResolver(() => Float)
  async progress(@Root() record: JobRecord, @Ctx() context: GraphqlContext) {
    return (await jobOf(record, context)).progress;
  }

  @FieldResolver(() => Int)
  async attempt(@Root() record: JobRecord, @Ctx() context: GraphqlContext) {
    return (await jobOf(record, context)).attempt;
  }

  @FieldResolver(() => NeededDeviceEnum)
  async device(@Root() record: JobRecord, @Ctx() context: GraphqlContext) {
    return (await jobOf(record, context)).device;
  }

  @FieldResolver(() => String)
  async waitingFor(@Root() { jobId }: JobRecord, @Ctx() { loaders }: GraphqlContext) {
    return loaders.missingWorker.load(jobId);
  }

  @FieldResolver(() => DateTime)
  async createdAt(@Root() record: JobRecord, @Ctx() context: GraphqlContext) {
    return (await jobOf(record, context)).createdAt;
  }

  @FieldResolver(() => DateTime)
  async startedAt(@Root() record: JobRecord, @Ctx() context: GraphqlContext) {
    return (await jobOf(record, context)).startedAt;
  }

  @FieldResolver(() => DateTime)
  async finishedAt(@Root() record: JobRecord, @Ctx() context: GraphqlContext) {
    return (await jobOf(record, context)).finishedAt;
  }

  @FieldResolver(() => UserError)
  async failure(@Root() record: JobRecord, @Ctx() context: GraphqlContext) {
    return (await jobOf(record, context)).failure;
  }

  @FieldResolver(() => Job)
  async retryOf(@Root() record: JobRecord, @Ctx() context: GraphqlContext) {
    const { retryOf } = await jobOf(record, context);
    return retryOf && context.loaders.jobRecord.load(retryOf);
  }

  @FieldResolver(() => JobEventConnection, {
    description: 'The events the subscription sends, for clients without WebSocket.',
  })
  events(@Root() { jobId }: JobRecord, @Args(() => PageArgs) page: PageArgs, @Ctx() { loaders }: GraphqlContext) {
    return connection(loaders.jobEvents.load({ owner: jobId, args: page }));
  }

  @Extensions(may('READ'))
  @Query(() => JobConnection, { description: 'All jobs, newest first.' })
  jobs(
    @Args(() => JobsArgs) { kind, state, projectId, ...page }: JobsArgs,
    @Ctx() { services, scope }: GraphqlContext,
  ) {
    return connection(services.jobs.page(scope, { kind, state, projectId: queriedProject(projectId) }, page));
  }

  @Extensions(may('TRAIN'))
  @Mutation(() => JobPayload, {
    description: 'Stops a job that has not ended. What it had written so far is discarded.',
  })
  cancelJob(
    @Arg('input', () => JobInput, { description: 'The job to cancel.' }) { id }: JobInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      job: await context.services.jobs.cancel(context.scope, jobIdOf(id, ['input', 'id'])),
    }));
  }

  @Extensions(may('TRAIN'))
  @Mutation(() => JobPayload, {
    description:
      'Does a FAILED or CANCELLED job again, as a new job: a training goes on from its last checkpoint. Sent again, it answers the same new job.',
  })
  retryJob(
    @Arg('input', () => JobInput, { description: 'The job to do again.' }) { id }: JobInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      job: await context.services.jobs.retry(context.scope, jobIdOf(id, ['input', 'id'])),
    }));
  }

  @Extensions(may('TRAIN'))
  @Mutation(() => DeleteJobPayload, {
    description:
      'Deletes a job that has ended, with its results and events; files it wrote go with `residua collect`, thresholds chosen by an evaluation stay. CONFLICT while it has not ended, and for a training whose model version is there.',
  })
  deleteJob(
    @Arg('input', () => JobInput, { description: 'The job to delete.' }) { id }: JobInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      await context.services.jobs.remove(context.scope, jobIdOf(id, ['input', 'id']));
      return { deletedId: id };
    });
  }
}

/**
 * What a job shares with all others. Read for the fields that are asked for, of a whole list by one query.
 * @throws FaultError FORBIDDEN for whoever may start it and not read it.
 */
async function jobOf({ jobId }: JobRecord, { loaders }: GraphqlContext): Promise<JobEntity> {
  const job = await loaders.job.load(jobId);
  if (!job) throw unreadable('the state of a job');
  return job;
}
