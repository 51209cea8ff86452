import {
  getOperationAST,
  getVariableValues,
  GraphQLError,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type ExecutionArgs,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { FaultError } from '../../shared/errors.js';
import type { FaultCode } from '../../shared/errorCodes.js';
import { mostErrors } from '../errors/presentError.js';
import { limitRules } from '../limits/documentLimits.js';
import { checkOperationCost } from '../limits/operationCost.js';
import type { GraphqlServerOptions } from './apolloServer.js';

type Prepared = ExecutionArgs | readonly GraphQLError[];

/**
 * The way from text to an operation that may run, for transports without Apollo Server: the same rules, limits and codes.
 * Never throws for what a client sent.
 */
export function operationPreparer(options: GraphqlServerOptions): (payload: SubscribePayload) => Prepared {
  return (payload) => {
    try {
      return prepare(payload, options);
    } catch (error) {
      if (error instanceof Refusal) return error.errors;
      if (error instanceof FaultError) return [coded(error.message, error.code)];
      throw error;
    }
  };
}

class Refusal extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super('the operation is refused');
  }
}

function prepare({ query, operationName, variables }: SubscribePayload, options: GraphqlServerOptions): ExecutionArgs {
  const { schema, config } = options;
  const document = parseDocument(query, config.limits.queryTokens);
  refuse(validateDocument(document, options));
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new Refusal([coded(unresolved(operationName), 'OPERATION_RESOLUTION_FAILURE')]);
  const variableValues = variables ?? {};
  checkOperationCost({ schema, document, operation, variables: variableValues }, config.limits);
  refuse(getVariableValues(schema, operation.variableDefinitions ?? [], variableValues).errors ?? []);
  return { schema, document, operationName, variableValues };
}

function parseDocument(query: string, maxTokens: number): DocumentNode {
  try {
    return parse(query, { maxTokens });
  } catch (error) {
    throw new Refusal([withCode(error as GraphQLError, 'GRAPHQL_PARSE_FAILED')]);
  }
}

function validateDocument(document: DocumentNode, { schema, config }: GraphqlServerOptions): GraphQLError[] {
  const rules = [...specifiedRules, ...limitRules(config.limits, config.introspection)];
  const errors = validate(schema, document, rules, { maxErrors: mostErrors - 1 });
  return errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED'));
}

function refuse(errors: readonly GraphQLError[]): void {
  if (errors.length > 0) throw new Refusal(errors);
}

function unresolved(operationName: string | null | undefined): string {
  return operationName
    ? `The document has no operation named "${operationName.slice(0, 60)}".`
    : 'The document has several operations: say which one by operationName.';
}

function coded(message: string, code: FaultCode): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

/** Gives an error a code unless it has one, as the limits' errors do. */
function withCode(error: GraphQLError, code: FaultCode): GraphQLError {
  const { message, nodes, source, positions } = error;
  return new GraphQLError(message, { nodes, source, positions, extensions: { code, ...error.extensions } });
}
