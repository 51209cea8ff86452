import { defaultFieldResolver, type GraphQLSchema } from 'graphql';
import type { Actor } from '../services/audit-events.service.js';
import { FaultError } from '../shared/errors.js';
import type { GraphqlContext } from './context.js';
import { decodeGlobalId } from './globalId.js';

/** Mutations that change nothing and come many times a second. */
const quiet = ['predict'];

/** Ids kept of one line. */
const mostTargets = 20;

/** Has every mutation leave a line in the audit log, and every query that was forbidden. */
export function auditRootFields(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { name: action, resolve = defaultFieldResolver } = field;
    if (quiet.includes(action)) continue;
    field.resolve = (source, args: Record<string, unknown>, context: GraphqlContext, info) => {
      const { input = args } = args;
      const work = async (): Promise<unknown> => resolve(source, args, context, info);
      return context.services.auditEvents.audited(
        actorOf(context),
        { action, targets: idsIn(args), input },
        work,
        codesIn,
      );
    };
  }
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    const { name: action, resolve = defaultFieldResolver } = field;
    field.resolve = async (source, args: Record<string, unknown>, context: GraphqlContext, info): Promise<unknown> => {
      try {
        return await resolve(source, args, context, info);
      } catch (error) {
        if (error instanceof FaultError && error.code === 'FORBIDDEN') {
          const refused = { action, targets: idsIn(args), input: args };
          await context.services.auditEvents.record(actorOf(context), refused, 'REFUSED');
        }
        throw error;
      }
    };
  }
  return schema;
}

function actorOf({ principal, address, requestId }: GraphqlContext): Actor {
  return { principal, address, requestId };
}

/** Codes of the `userErrors` of a mutation's answer. */
function codesIn(answer: unknown): string[] {
  const { userErrors = [] } = (answer ?? {}) as { userErrors?: readonly { code: string }[] };
  return userErrors.map(({ code }) => code);
}

/** Ids of this API anywhere in arguments, as `Noun:<UUID>`. */
function idsIn(value: unknown, found: string[] = []): string[] {
  if (found.length >= mostTargets) return found;
  if (typeof value === 'string') {
    const id = decodeGlobalId(value);
    if (id && /^[A-Z]\w+$/.test(id.type)) found.push(`${id.type}:${id.id}`);
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) idsIn(inner, found);
  }
  return found;
}
