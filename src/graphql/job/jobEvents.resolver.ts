import { Extensions, Args, Resolver, Root, Subscription, type SubscribeResolverData } from 'type-graphql';
import { may } from '../access/access.js';
import type { JobEventRecord } from '../../services/jobs.service.js';
import type { GraphqlContext } from '../context.js';
import { JobEventsArgs } from './job.input.js';
import { JobEvent } from './jobEvent.type.js';
import { followedJobId } from './jobId.js';
import { stoppable } from './stoppable.js';

@Resolver()
export class JobEventsResolver {
  @Extensions(may('READ'))
  @Subscription(() => JobEvent, {
    description:
      "Replays every event after `after` (from the oldest kept when left out), then follows live; completes after the job's last event.",
    subscribe: ({ args, context }: SubscribeResolverData<unknown, JobEventsArgs, GraphqlContext>) =>
      stoppable((signal) => context.services.jobs.follow(context.scope, followedJobId(args.jobId), args.after, signal)),
  })
  jobEvents(@Args(() => JobEventsArgs) _args: JobEventsArgs, @Root() event: JobEventRecord) {
    return event;
  }
}
