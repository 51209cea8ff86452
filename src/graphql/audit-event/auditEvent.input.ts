import { ArgsType, Field, ID, InputType } from 'type-graphql';
import type { AuditOutcome } from '../../services/records.js';
import { PageArgs } from '../connection/connection.type.js';
import { DateTime } from '../scalars.js';
import { AuditOutcomeType } from './auditEvent.type.js';

@InputType({ description: 'Which audit events; all of it must fit.' })
export class AuditEventFilter {
  @Field(() => String, { nullable: true, description: 'Name of the mutation, or of what else happened.' })
  action?: string | null;

  @Field(() => AuditOutcomeType, { nullable: true, description: 'Only what went this way.' })
  outcome?: AuditOutcome | null;

  @Field(() => ID, { nullable: true, description: 'Id of who it was, as in `principalId`.' })
  principalId?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'At or after this time.' })
  since?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Before this time.' })
  until?: Date | null;
}

@ArgsType()
export class AuditEventsArgs extends PageArgs {
  @Field(() => ID, {
    nullable: true,
    description: 'Project they are about; left out, those of every project, and for administrators those of none too.',
  })
  projectId?: string | null;

  @Field(() => AuditEventFilter, { nullable: true, description: 'Which of them; all when left out.' })
  filter?: AuditEventFilter | null;
}
