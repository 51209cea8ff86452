import type { FastifyInstance, FastifyRequest } from 'fastify';
import { everything, scopeOf, type AccessScope } from '../../access/index.js';
import { plainRoutes } from '../../graphql/index.js';
import { FaultError } from '../../shared/errors.js';

/**
 * What a request may read with the permissions of its route. A signed address is the permission for what it names, in its project.
 * @throws FaultError FORBIDDEN when there is no project in which the caller has one of them.
 */
export function scopeOfRequest({ principal, opened, method, routeOptions }: FastifyRequest): AccessScope {
  if (opened) return opened.projectId === undefined ? everything : { projects: [opened.projectId] };
  if (!principal) throw new Error('nobody was asked who this is');
  const needed = plainRoutes[keyOf(method, routeOptions.url)]!;
  if (needed === 'ANYBODY') return scopeOf(principal, 'READ');
  const scope = scopeOf(principal, ...needed);
  if (scope === everything || scope.projects.length > 0) return scope;
  const message = `The permission ${needed.join(' or ')} is needed, and you have it in no project.`;
  throw new FaultError('FORBIDDEN', message, { permission: needed[0]! });
}

/** Where a request may have whole models and data sets. */
export function exportsOfRequest(request: FastifyRequest): AccessScope {
  return request.opened ? scopeOfRequest(request) : scopeOf(request.principal!, 'EXPORT');
}

/** Refuses to start with a route of which nothing says who may use it. */
export function requireDeclaredRoutes(app: FastifyInstance): void {
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) {
      if (plainRoutes[keyOf(one, url)]) continue;
      throw new Error(`${one} ${url} does not say who may use it: see src/graphql/access/plainRoutes.ts`);
    }
  });
}

function keyOf(method: string, url: string | undefined): string {
  return `${method === 'HEAD' ? 'GET' : method} ${url}`;
}
