export { contextFactory, type ContextFactory, type GraphqlContext } from './context.js';
export { encodeGlobalId } from './globalId.js';
export { buildSchema } from './schema.js';
export { createApolloServer, type GraphqlServerOptions } from './transport/apolloServer.js';
export { checkToken } from './transport/authentication.js';
export { Documents } from './transport/documents.js';
export { errorText, handleErrors, refuseConnection, sendError } from './transport/httpErrors.js';
export { graphqlRoute } from './transport/httpRoute.js';
export { graphqlWebSocket, type WebSocketEndpoint } from './transport/webSocket.js';
