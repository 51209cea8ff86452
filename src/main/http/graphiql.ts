import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';

const require = createRequire(import.meta.url);

/** Files of the packages this server depends on: nothing is fetched from elsewhere. */
const assets: Record<string, { path: string; type: string }> = {
  'react.js': { path: fileOf('react', 'umd/react.production.min.js'), type: 'text/javascript' },
  'react-dom.js': { path: fileOf('react-dom', 'umd/react-dom.production.min.js'), type: 'text/javascript' },
  'graphiql.js': { path: fileOf('graphiql', 'graphiql.min.js'), type: 'text/javascript' },
  'graphiql.css': { path: fileOf('graphiql', 'graphiql.min.css'), type: 'text/css' },
};

/** Path of a file of a package, also one that its `exports` do not name. */
function fileOf(packageName: string, file: string): string {
  return path.join(path.dirname(require.resolve(`${packageName}/package.json`)), file);
}

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Residua: GraphiQL</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="graphiql/graphiql.css">
    <link rel="stylesheet" href="graphiql/page.css">
  </head>
  <body>
    <div id="graphiql">Loading GraphiQL</div>
    <script src="graphiql/react.js"></script>
    <script src="graphiql/react-dom.js"></script>
    <script src="graphiql/graphiql.js"></script>
    <script src="graphiql/start.js"></script>
  </body>
</html>
`;

const style = 'html, body, #graphiql { height: 100%; margin: 0; overflow: hidden; }\n';

const firstQuery = `# Residua. Ctrl-Enter runs the operation under the cursor; Ctrl-Space completes.
# Progress of a running job: subscription { jobEvents(jobId: "…") { seq ... on MetricsReported { stage step totalSteps } } }

query Overview {
  server { version computeBackend database }
  datasets(first: 10) { nodes { id name counts { images normal anomalous } } }
  jobs(first: 10) { nodes { id kind state progress } }
}
`;

/** Queries and subscriptions go to the page's own address; headers of the headers editor go with both. */
const startScript = `'use strict';
const url = new URL(location.pathname, location.href);
const subscriptionUrl = Object.assign(new URL(url), { protocol: url.protocol.replace('http', 'ws') });
const send = GraphiQL.createFetcher({ url: url.href, subscriptionUrl: subscriptionUrl.href });
// GraphiQL tells a subscription by the document it has read with the schema; without a token it could not fetch one.
function documentOf(query) {
  try {
    return GraphiQL.GraphQL.parse(query);
  } catch {
    return undefined;
  }
}
const fetcher = (operation, options) => send(operation, { ...options, documentAST: documentOf(operation.query) });
ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, { fetcher, defaultQuery: ${JSON.stringify(firstQuery)}, shouldPersistHeaders: false }),
);
`;

/** The page may load and call this server only. GraphiQL's editor writes style elements. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page for a browser that opens `/graphql`. */
export function graphiqlPage(reply: FastifyReply): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', contentSecurityPolicy)
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'no-cache')
    .send(page);
}

/** What the page loads, below `/graphiql/`. */
export function graphiqlAssets(app: FastifyInstance): void {
  const texts: Record<string, [type: string, text: string]> = {
    'start.js': ['text/javascript', startScript],
    'page.css': ['text/css', style],
  };
  app.get<{ Params: { name: string } }>('/graphiql/:name', (request, reply) => {
    const { name } = request.params;
    void reply.header('cache-control', 'public, max-age=3600').header('x-content-type-options', 'nosniff');
    const [type, text] = Object.hasOwn(texts, name) ? texts[name]! : [];
    if (type) return reply.type(`${type}; charset=utf-8`).send(text);
    const asset = Object.hasOwn(assets, name) ? assets[name]! : undefined;
    if (!asset) return reply.callNotFound();
    return reply.type(`${asset.type}; charset=utf-8`).send(createReadStream(asset.path));
  });
}
