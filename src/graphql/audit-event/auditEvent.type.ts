import { Field, Float, ID, ObjectType, registerEnumType } from 'type-graphql';
import { auditOutcomes } from '../../services/records.js';
import { connectionOf } from '../connection/connection.type.js';
import { enumOf } from '../enumOf.js';
import { DateTime, JsonObject } from '../scalars.js';

export const AuditOutcomeType = enumOf(auditOutcomes);
registerEnumType(AuditOutcomeType, {
  name: 'AuditOutcome',
  description: 'How an audited action went.',
  valuesConfig: {
    DONE: { description: 'It happened as asked.' },
    REFUSED: { description: 'It was not allowed, or could not be meant: `details.problems` has the codes.' },
    FAILED: { description: 'By a fault of the server.' },
  },
});

@ObjectType({ description: 'One line of who did what.' })
export class AuditEvent {
  @Field(() => Float, { description: 'Its number: grows, and some are missing.' })
  seq: number;

  @Field(() => DateTime, { description: 'When, by the clock of the database.' })
  at: Date;

  @Field(() => ID, { nullable: true, description: 'Id of who it was; null for nobody who is known.' })
  principalId?: string | null;

  @Field(() => String, { nullable: true, description: 'Name of who it was, as it is now.' })
  principalName?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'How it came in: `OPEN`, `BOOTSTRAP`, `CLI`, or `TOKEN` and `SESSION` with the UUID behind a colon.',
  })
  via?: string | null;

  @Field(() => String, { nullable: true, description: "The client's address." })
  address?: string | null;

  @Field(() => ID, { nullable: true, description: 'Project it was about; null for none.' })
  projectId?: string | null;

  @Field(() => String, { description: 'Name of the mutation, or of what else happened, e.g. `signIn`.' })
  action: string;

  @Field(() => [ID], { description: 'Ids of what it named or made.' })
  targets: string[];

  @Field(() => AuditOutcomeType, { description: 'Whether it happened, was refused or failed.' })
  outcome: string;

  @Field(() => JsonObject, { description: 'What was asked for, shortened and without secrets, and codes of problems.' })
  details: object;

  @Field(() => String, {
    nullable: true,
    description: 'As in the header `x-request-id` of the answer, and in the logs.',
  })
  requestId?: string | null;
}

export const AuditEventConnection = connectionOf('AuditEvent', () => AuditEvent, 'audit events');
