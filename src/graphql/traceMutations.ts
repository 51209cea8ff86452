import { defaultFieldResolver, type GraphQLSchema } from 'graphql';
import { traced } from '../shared/tracing.js';
import type { GraphqlContext } from './context.js';

/** Makes a span of every mutation, so that the jobs it starts belong to it. */
export function traceMutations(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { name, resolve = defaultFieldResolver } = field;
    field.resolve = (source, args, context: GraphqlContext, info) => {
      const { requestId, traceParent } = context;
      const span = { attributes: { 'residua.request_id': requestId }, parent: traceParent };
      return traced(`mutation ${name}`, span, async (): Promise<unknown> => resolve(source, args, context, info));
    };
  }
  return schema;
}
