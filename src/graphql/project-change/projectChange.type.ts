import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import {
  changeKinds,
  type AlertKind,
  type AnnotationKind,
  type ChangeKind,
  type FeedbackVerdict,
  type JobKind,
  type JobState,
} from '../../services/records.js';
import { AnnotationKindEnum } from '../annotation/annotation.type.js';
import { connectionOf } from '../connection/connection.type.js';
import { enumOf } from '../enumOf.js';
import { JobKindEnum, JobStateEnum } from '../job/job.type.js';
import { AlertKindEnum } from '../monitoring/monitoring.input.js';
import { FeedbackVerdictEnum } from '../prediction-log/feedbackVerdict.js';
import { DateTime } from '../scalars.js';

export const ChangeKindEnum = enumOf(changeKinds);
registerEnumType(ChangeKindEnum, {
  name: 'ProjectChangeKind',
  description:
    'What can happen in a project. JOB_CHANGED: it entered a state that is not its last; JOB_ENDED: the last.',
});

@ObjectType({ description: 'Something that changed in a project. What one transaction did of one kind is one change.' })
export class ProjectChange {
  @Field(() => String, { description: 'Opaque; `projectChanges` continues behind it, whatever kinds are asked for.' })
  cursor: string;

  @Field(() => Int, {
    description: '1, 2, 3 … per project without gaps, in the order of commits; of some kinds alone, some are missing.',
  })
  seq: number;

  @Field(() => DateTime, { description: 'When it was committed.' })
  at: Date;

  @Field(() => ChangeKindEnum, { description: 'What happened in the project.' })
  kind: ChangeKind;

  @Field(() => Int, { description: 'Things it is about: images that were added at once, annotations that were saved.' })
  count: number;

  @Field(() => [ID], {
    description:
      'Ids of these things, the first 100 of them; they may be gone. Of annotations and of labelling the images, of ALIAS_MOVED the model.',
  })
  ids: readonly string[];

  @Field(() => ID, { nullable: true, description: 'Data set of images, annotations and snapshots.' })
  datasetId?: string;

  @Field(() => ID, { nullable: true, description: 'Model of a version, an alias or an alert.' })
  modelId?: string;

  @Field(() => AnnotationKindEnum, { nullable: true, description: 'Of annotations, and of labelling.' })
  annotationKind?: AnnotationKind;

  @Field(() => JobKindEnum, { nullable: true, description: 'Kind of the job, of changes of jobs.' })
  jobKind?: JobKind;

  @Field(() => JobStateEnum, { nullable: true, description: 'State a job entered.' })
  jobState?: JobState;

  @Field(() => String, { nullable: true, description: 'Name of the alias that was moved.' })
  alias?: string;

  @Field(() => Int, { nullable: true, description: 'Version an alias led to; null when it is new.' })
  fromVersion?: number;

  @Field(() => Int, { nullable: true, description: 'Version an alias leads to; null when it was removed.' })
  toVersion?: number;

  @Field(() => FeedbackVerdictEnum, { nullable: true, description: 'Of FEEDBACK_GIVEN.' })
  verdict?: FeedbackVerdict;

  @Field(() => AlertKindEnum, {
    nullable: true,
    description: 'Why an alert was opened, of ALERT_OPENED and ALERT_CLOSED.',
  })
  alertKind?: AlertKind;
}

export const ProjectChangeConnection = connectionOf('ProjectChange', () => ProjectChange, 'changes of a project');
