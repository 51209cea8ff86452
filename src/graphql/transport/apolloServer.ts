import {
  ApolloServer,
  HeaderMap,
  type ApolloServerPlugin,
  type GraphQLRequestContextDidResolveOperation,
  type GraphQLRequestContextWillSendResponse,
  type GraphQLRequestListener,
  type GraphQLResponse,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, OperationTypeNode, parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import type { ResiduaConfig } from '../../shared/config.js';
import type { Logger } from '../../shared/logger.js';
import type { GraphqlContext } from '../context.js';
import { mostErrors, presentError, presentErrors } from '../errors/presentError.js';
import { checkOperationCost } from '../limits/operationCost.js';
import { DocumentRefusal, type Documents } from './documents.js';

export interface GraphqlServerOptions {
  schema: GraphQLSchema;
  config: Pick<
    ResiduaConfig,
    'limits' | 'introspection' | 'apiToken' | 'allowedOrigins' | 'allowedHosts' | 'publicUrl' | 'trustedProxies'
  >;
  logger: Logger;
}

/** Executes operations that come over HTTP, with the limits the WebSocket has too. Not started. */
export function createApolloServer(options: GraphqlServerOptions, documents: Documents): ApolloServer<GraphqlContext> {
  const { schema, logger } = options;
  return new ApolloServer<GraphqlContext>({
    schema,
    introspection: true, // decided where documents are read, as on the WebSocket
    csrfPrevention: true,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    documentStore: null,
    formatError: (_, error) => presentError(asGraphqlError(error), logger),
    logger,
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      // No field says how long it may be kept, and to find that out costs a call a field: the route says it of all.
      ApolloServerPluginCacheControlDisabled(),
      requestRules(options, documents),
    ],
  });
}

function asGraphqlError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}

/** What Apollo Server has no option for. */
function requestRules(
  { config, logger }: GraphqlServerOptions,
  documents: Documents,
): ApolloServerPlugin<GraphqlContext> {
  return { requestDidStart: () => Promise.resolve(new RequestRules(config.limits, logger, documents)) };
}

/** Stands for a document that must not run, until the answer is made. */
const refusedDocument = parse('{ __typename }');

/** The rules of one request. Apollo Server reads no document itself: it would compare all its fields before it can be counted. */
class RequestRules implements GraphQLRequestListener<GraphqlContext> {
  private refusal: DocumentRefusal | undefined;

  constructor(
    private readonly limits: ResiduaConfig['limits'],
    private readonly logger: Logger,
    private readonly documents: Documents,
  ) {}

  didResolveSource(request: { source: string; document?: DocumentNode }): Promise<void> {
    try {
      request.document = this.documents.read(request.source);
    } catch (error) {
      if (!(error instanceof DocumentRefusal)) throw error;
      this.refusal = error;
      request.document = refusedDocument;
    }
    return Promise.resolve();
  }

  didResolveOperation(request: GraphQLRequestContextDidResolveOperation<GraphqlContext>): Promise<void> {
    const { schema, document, operation, request: sent } = request;
    if (this.refusal || !operation) return Promise.resolve();
    if (operation.operation === OperationTypeNode.SUBSCRIPTION) throw subscriptionOverHttp();
    checkOperationCost({ schema, document, operation, variables: sent.variables ?? {} }, this.limits);
    return Promise.resolve();
  }

  responseForOperation(): Promise<GraphQLResponse | null> {
    if (!this.refusal) return Promise.resolve(null);
    const singleResult = { errors: presentErrors(this.refusal.errors, this.logger) };
    return Promise.resolve({ http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult } });
  }

  willSendResponse(response: Response): Promise<void> {
    keepFewErrors(response);
    chooseStatus(response);
    return Promise.resolve();
  }
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
