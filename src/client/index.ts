/**
 * A typed client of the API that runs in browsers and in Node, and needs nothing else of this repository: what it asks
 * stands in `operations/`, `npm run generate-client` makes documents and types of it. `node/` adds files and WebSockets.
 */
export * from './errors.js';
export * from './followJob.js';
export * from './generated/graphql.js';
export * from './pages.js';
export * from './residuaClient.js';
export * from './types.js';
export * from './uploadBlob.js';
