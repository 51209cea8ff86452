import { Extensions, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { may } from '../access/access.js';
import { bootstrapPrincipal, localPrincipal, scopeOf } from '../../access/index.js';
import type { AuditedLine } from '../../services/audit-events.service.js';
import type { AuditEventEntity } from '../../services/records.js';
import { connection } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { encodeGlobalId, optionalIdOf } from '../globalId.js';
import { AuditEventsArgs } from './auditEvent.input.js';
import { AuditEvent, AuditEventConnection } from './auditEvent.type.js';

@Resolver(() => AuditEvent)
export class AuditEventResolver {
  @Extensions(may('AUDIT'))
  @Query(() => AuditEventConnection, { description: 'Who did what, newest first. Needs AUDIT.' })
  auditEvents(
    @Args(() => AuditEventsArgs) { projectId, filter, ...page }: AuditEventsArgs,
    @Ctx() { services, principal }: GraphqlContext,
  ) {
    const project = optionalIdOf('Project', projectId, ['projectId']);
    const { principalId, ...rest } = filter ?? {};
    const chosen = { ...rest, principalId: optionalIdOf('Principal', principalId, ['filter', 'principalId']) };
    return connection(services.auditEvents.page(scopeOf(principal, 'AUDIT'), project, chosen, page));
  }

  @FieldResolver(() => ID, { nullable: true })
  principalId(@Root() { principalId }: AuditEventEntity) {
    return principalId && encodeGlobalId('Principal', principalId);
  }

  @FieldResolver(() => String, { nullable: true })
  principalName(@Root() { principal, principalId }: AuditedLine) {
    const ofServer = [localPrincipal, bootstrapPrincipal].find(({ id }) => id === principalId);
    return principal?.name ?? ofServer?.name ?? null;
  }

  @FieldResolver(() => ID, { nullable: true })
  projectId(@Root() { projectId }: AuditEventEntity) {
    return projectId && encodeGlobalId('Project', projectId);
  }

  @FieldResolver(() => [ID])
  targets(@Root() { targets }: AuditEventEntity) {
    return targets.map((target) => encodeGlobalId(...(target.split(':') as [string, string])));
  }
}
