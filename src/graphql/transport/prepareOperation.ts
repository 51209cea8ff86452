import { getOperationAST, getVariableValues, GraphQLError, type ExecutionArgs } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import type { FaultCode } from '../../shared/errorCodes.js';
import { FaultError } from '../../shared/errors.js';
import { checkOperationCost } from '../limits/operationCost.js';
import type { GraphqlServerOptions } from './apolloServer.js';
import { DocumentRefusal, type Documents } from './documents.js';

type Prepared = ExecutionArgs | readonly GraphQLError[];

/**
 * The way from text to an operation that may run, for transports without Apollo Server: the same rules, limits and codes.
 * Never throws for what a client sent.
 */
export function operationPreparer(
  options: GraphqlServerOptions,
  documents: Documents,
): (payload: SubscribePayload) => Prepared {
  return (payload) => {
    try {
      return prepare(payload, options, documents);
    } catch (error) {
      if (error instanceof DocumentRefusal) return error.errors;
      if (error instanceof FaultError) return [coded(error.message, error.code)];
      throw error;
    }
  };
}

function prepare(
  { query, operationName, variables }: SubscribePayload,
  { schema, config }: GraphqlServerOptions,
  documents: Documents,
): Prepared {
  const document = documents.read(query);
  const operation = getOperationAST(document, operationName);
  if (!operation) return [coded(unresolved(operationName), 'OPERATION_RESOLUTION_FAILURE')];
  const variableValues = variables ?? {};
  checkOperationCost({ schema, document, operation, variables: variableValues }, config.limits);
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues);
  return errors ?? { schema, document, operationName, variableValues };
}

function unresolved(operationName: string | null | undefined): string {
  return operationName
    ? `The document has no operation named "${operationName.slice(0, 60)}".`
    : 'The document has several operations: say which one by operationName.';
}

function coded(message: string, code: FaultCode): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}
