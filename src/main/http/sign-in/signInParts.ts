import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../../access/index.js';
import { requireOwnPage } from '../../../graphql/index.js';
import { sessionCookie } from '../../../services/access/hostCookie.js';
import type { Actor } from '../../../services/audit-events.service.js';
import type { Services } from '../../../services/index.js';
import type { ResiduaConfig } from '../../../shared/config.js';
import { FaultError } from '../../../shared/errors.js';
import type { NewSession } from '../../../services/sessions.service.js';
import type { IdentityProvider } from './identityProvider.js';

/** What the routes of signing in share. */
export interface SignInParts {
  config: Pick<ResiduaConfig, 'publicUrl' | 'localAccounts'>;
  services: Services;
  /** Undefined where people have a password of this installation alone. */
  provider: IdentityProvider | undefined;
  /** What clients put before paths. */
  url: () => string;
}

/** Where to go when nobody said: who one is, and what to do next. */
export const accountPath = '/account';

/** A path of this server, from what a link or form says; everything else leads to the account. */
export function safePath(value: unknown): string {
  if (typeof value !== 'string' || !value.startsWith('/')) return accountPath;
  const here = 'http://here.invalid';
  if (!URL.canParse(value, here)) return accountPath;
  const { origin, pathname, search } = new URL(value, here);
  return origin === here && !pathname.startsWith('//') ? `${pathname}${search}` : accountPath;
}

/** Fields of a form as its page sent them: one text each. */
export type Form = Readonly<Record<string, string | undefined>>;

/** Takes the forms of this server's own pages, and nobody else's. */
export function takeForms(app: FastifyInstance, { config }: SignInParts): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 20_000 },
    (request, body, done) => {
      try {
        if (!isForPrograms(request)) requireOwnPage(request.headers, config.publicUrl);
        done(null, Object.fromEntries(new URLSearchParams(body as string)));
      } catch (error) {
        done(error as Error);
      }
    },
  );
}

/** Forms that an identity provider sends, which is no browser: the token inside says who. */
function isForPrograms({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.config !== undefined && 'forPrograms' in routeOptions.config;
}

/** Who does something here, for the audit log. */
export function actorOf(request: FastifyRequest, principal?: Principal): Actor {
  return { principal, address: request.ip, requestId: request.id };
}

/** Whose session a request belongs to, or undefined. */
export async function signedIn(
  request: FastifyRequest,
  { services, config }: SignInParts,
): Promise<Principal | undefined> {
  const secret = sessionCookie(config.publicUrl).in(request.headers.cookie);
  if (!secret) return undefined;
  try {
    return await services.sessions.principalOf(secret);
  } catch (error) {
    if (error instanceof FaultError) return undefined;
    throw error;
  }
}

/** Starts a session and goes on; whatever session the browser had before ends, so that nobody can have planted it. */
export async function enter(
  request: FastifyRequest,
  reply: FastifyReply,
  { services, config }: SignInParts,
  session: Omit<NewSession, 'address' | 'userAgent'>,
  returnTo: string,
): Promise<FastifyReply> {
  const cookie = sessionCookie(config.publicUrl);
  const before = cookie.in(request.headers.cookie);
  if (before) await services.sessions.endBySecret(before);
  const userAgent = request.headers['user-agent'] ?? '';
  const { secret } = await services.sessions.start({ ...session, address: request.ip, userAgent });
  return goTo(reply.header('set-cookie', cookie.holding(secret)), returnTo);
}

/** 303: the browser asks for the next page by GET. */
export function goTo(reply: FastifyReply, path: string): FastifyReply {
  return reply.header('cache-control', 'no-store').redirect(path, 303);
}
