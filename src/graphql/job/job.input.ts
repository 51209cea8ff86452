import { ArgsType, Field, ID, InputType } from 'type-graphql';
import type { JobKind, JobState } from '../../services/records.js';
import { ProjectPageArgs } from '../project/project.input.js';
import { JobKindEnum, JobStateEnum } from './job.type.js';

@ArgsType()
export class JobsArgs extends ProjectPageArgs {
  @Field(() => JobKindEnum, { nullable: true, description: 'Only this kind.' })
  kind?: JobKind | null;

  @Field(() => JobStateEnum, { nullable: true, description: 'Only this state.' })
  state?: JobState | null;
}

@InputType({ description: 'The job that is meant.' })
export class JobInput {
  @Field(() => ID, { description: 'Id of a job of any kind.' })
  id: string;
}

@ArgsType()
export class JobEventsArgs {
  @Field(() => ID, { description: 'Id of a job of any kind.' })
  jobId: string;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of an event of this job; from the oldest one kept when left out.',
  })
  after?: string | null;
}
