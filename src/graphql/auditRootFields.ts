import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import type { Actor, AuditedAction } from '../services/audit-events.service.js';
import { FaultError } from '../shared/errors.js';
import type { GraphqlContext } from './context.js';
import { decodeGlobalId, type GlobalId } from './globalId.js';

/** Mutations that come many times a minute and change nothing but rows that are a record themselves: only refusals leave a line. */
const quiet = ['predict', 'openLabelling', 'keepLabelling', 'closeLabelling'];

/** What is written down where nothing else is. */
const refusals = ['FORBIDDEN', 'QUOTA_EXCEEDED'];

/** Ids kept of one line. */
const mostTargets = 20;

/** Has every mutation leave a line in the audit log, and whatever else was refused. */
export function auditRootFields(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { name: action, resolve = defaultFieldResolver } = field;
    if (quiet.includes(action)) {
      field.resolve = tellingRefusals(action, resolve);
      continue;
    }
    field.resolve = async (source, args: Record<string, unknown>, context: GraphqlContext, info) => {
      const { input = args } = args;
      const work = async (): Promise<unknown> => resolve(source, args, context, info);
      const asked = { action, input, ...(await named(args, context)) };
      return context.services.auditEvents.audited(actorOf(context), asked, work, codesIn);
    };
  }
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    field.resolve = tellingRefusals(field.name, field.resolve ?? defaultFieldResolver);
  }
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    if (field.subscribe) field.subscribe = tellingRefusals(field.name, field.subscribe);
  }
  return schema;
}

type Resolve = GraphQLFieldResolver<unknown, GraphqlContext, Record<string, unknown>>;

/** Has a field that changes nothing leave a line when it was refused. */
function tellingRefusals(action: string, resolve: Resolve): Resolve {
  return async (source, args, context, info): Promise<unknown> => {
    const record = async (codes: readonly string[]) => {
      const problems = codes.filter((code) => refusals.includes(code));
      if (problems.length === 0) return;
      const refused = { action, input: args, details: { problems }, ...(await named(args, context)) };
      await context.services.auditEvents.record(actorOf(context), refused, 'REFUSED');
    };
    try {
      const answer: unknown = await resolve(source, args, context, info);
      await record(codesIn(answer));
      return answer;
    } catch (error) {
      if (error instanceof FaultError) await record([error.code]);
      throw error;
    }
  };
}

/** What arguments name, and the project of the first of them that has one. */
async function named(args: object, { owners }: GraphqlContext): Promise<Pick<AuditedAction, 'targets' | 'projectId'>> {
  const references = idsIn(args);
  const projects = await Promise.all(references.map((one) => owners.load(one)));
  return {
    targets: references.map(({ type, id }) => `${type}:${id}`),
    projectId: projects.find((project) => project !== undefined),
  };
}

function actorOf({ principal, address, requestId }: GraphqlContext): Actor {
  return { principal, address, requestId };
}

/** Codes of the `userErrors` of a mutation's answer. */
function codesIn(answer: unknown): string[] {
  const { userErrors = [] } = (answer ?? {}) as { userErrors?: readonly { code: string }[] };
  return userErrors.map(({ code }) => code);
}

/** Ids of this API anywhere in arguments. */
function idsIn(value: unknown, found: GlobalId[] = []): GlobalId[] {
  if (found.length >= mostTargets) return found;
  if (typeof value === 'string') {
    const id = decodeGlobalId(value);
    if (id && /^[A-Z]\w+$/.test(id.type)) found.push(id);
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) idsIn(inner, found);
  }
  return found;
}
