import { ApolloServer, type ApolloServerPlugin, type GraphQLRequestContextWillSendResponse } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { GraphQLError, OperationTypeNode, type GraphQLSchema } from 'graphql';
import type { ResiduaConfig } from '../../shared/config.js';
import type { Logger } from '../../shared/logger.js';
import type { GraphqlContext } from '../context.js';
import { mostErrors, presentError } from '../errors/presentError.js';
import { limitRules } from '../limits/documentLimits.js';
import { checkOperationCost } from '../limits/operationCost.js';

export interface GraphqlServerOptions {
  schema: GraphQLSchema;
  config: Pick<ResiduaConfig, 'limits' | 'introspection' | 'apiToken' | 'allowedOrigins' | 'publicUrl'>;
  logger: Logger;
}

/** Executes operations that come over HTTP, with the limits the WebSocket has too. Not started. */
export function createApolloServer({ schema, config, logger }: GraphqlServerOptions): ApolloServer<GraphqlContext> {
  const { limits, introspection } = config;
  return new ApolloServer<GraphqlContext>({
    schema,
    introspection: true, // decided by limitRules, as on the WebSocket
    csrfPrevention: true,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: limits.queryTokens },
    validationRules: limitRules(limits, introspection),
    // graphql-js adds one that says it stopped.
    validationOptions: { maxErrors: mostErrors - 1 },
    formatError: (_, error) => presentError(asGraphqlError(error), logger),
    logger,
    plugins: [ApolloServerPluginLandingPageDisabled(), requestRules(limits)],
  });
}

function asGraphqlError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}

/** What Apollo Server has no option for. */
function requestRules(limits: ResiduaConfig['limits']): ApolloServerPlugin<GraphqlContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation: ({ schema, document, operation, request: { variables = {} } }) => {
          if (operation?.operation === OperationTypeNode.SUBSCRIPTION) throw subscriptionOverHttp();
          if (operation) checkOperationCost({ schema, document, operation, variables }, limits);
          return Promise.resolve();
        },
        willSendResponse: (response) => {
          keepFewErrors(response);
          chooseStatus(response);
          return Promise.resolve();
        },
      }),
  };
}

function subscriptionOverHttp(): GraphQLError {
  const message = 'Subscriptions run over WebSocket with the protocol graphql-transport-ws, at this same address.';
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } });
}

type Response = GraphQLRequestContextWillSendResponse<GraphqlContext>;

function keepFewErrors({ response: { body } }: Response): void {
  if (body.kind !== 'single' || !body.singleResult.errors) return;
  body.singleResult.errors = body.singleResult.errors.slice(0, mostErrors);
}

/** The request was understood as GraphQL; only the document is at fault. */
const documentFaults = [
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
  'QUERY_TOO_COMPLEX',
];

/** The GraphQL over HTTP draft: 400 for `application/graphql-response+json`, 200 for the older `application/json`. */
function chooseStatus({ request, response: { body, http } }: Response): void {
  if (body.kind !== 'single' || body.singleResult.data !== undefined) return;
  const code = body.singleResult.errors?.[0]?.extensions?.['code'];
  if (!documentFaults.some((fault) => fault === code)) return;
  const accepts = request.http?.headers.get('accept') ?? '';
  http.status = accepts.includes('application/graphql-response+json') ? 400 : 200;
}
