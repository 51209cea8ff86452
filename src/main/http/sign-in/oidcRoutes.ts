import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HostCookie } from '../../../services/access/hostCookie.js';
import { FaultError } from '../../../shared/errors.js';
import { signInPage } from './accountRoutes.js';
import type { IdentityProvider } from './identityProvider.js';
import { actorOf, enter, goTo, safePath, type Form, type SignInParts } from './signInParts.js';

/** Seconds somebody may take at the provider. */
const attemptSeconds = 600;

const callbackPath = '/sign-in/callback';

type Sent = { Querystring: Form };

type OidcParts = SignInParts & { provider: IdentityProvider };

/** Signing in with the identity provider, and being told by it that a session is over. */
export function oidcRoutes(app: FastifyInstance, parts: OidcParts): void {
  app.get<Sent>('/sign-in/oidc', (request, reply) => sendAway(request, reply, parts));
  app.get(callbackPath, (request, reply) => takeBack(request, reply, parts));
  app.post<{ Body: Form }>('/sign-in/back-channel-logout', { config: { forPrograms: true } }, (request, reply) =>
    backChannelLogout(request, reply, parts),
  );
}

/** The answer counts in the browser that asked: its cookie finds what was asked. */
function attemptCookie({ config }: SignInParts): HostCookie {
  return new HostCookie('residua-sign-in', config.publicUrl, attemptSeconds);
}

async function sendAway(request: FastifyRequest<Sent>, reply: FastifyReply, parts: OidcParts): Promise<FastifyReply> {
  const returnTo = safePath(request.query['return']);
  const { provider, services, url } = parts;
  try {
    const { url: there, ...attempt } = await provider.authorization(`${url()}${callbackPath}`);
    const browser = await services.oidcAttempts.keep({ ...attempt, returnTo }, request.ip);
    return goTo(reply.header('set-cookie', attemptCookie(parts).holding(browser)), there.href);
  } catch (error) {
    return refusal(reply, parts, error, returnTo);
  }
}

async function takeBack(request: FastifyRequest, reply: FastifyReply, parts: OidcParts): Promise<FastifyReply> {
  const { provider, services, url } = parts;
  const cookie = attemptCookie(parts);
  let returnTo = safePath(undefined);
  try {
    return await services.auditEvents.audited(actorOf(request), { action: 'signIn' }, async () => {
      // Taken once: an answer that comes again finds nothing.
      const attempt = await services.oidcAttempts.take(cookie.in(request.headers.cookie), request.ip, attemptSeconds);
      returnTo = attempt.returnTo;
      const { person, idToken, session } = await provider.exchange(new URL(request.url, url()), attempt);
      const principalId = await services.people.fromProvider(person);
      const kept = { principalId, way: 'OIDC' as const, idToken, providerSession: session };
      return enter(request, reply.header('set-cookie', cookie.gone()), parts, kept, returnTo);
    });
  } catch (error) {
    return refusal(reply, parts, error, returnTo);
  }
}

function refusal(reply: FastifyReply, parts: OidcParts, error: unknown, returnTo: string): FastifyReply {
  if (!(error instanceof FaultError)) throw error;
  const status = error.code === 'SERVICE_UNAVAILABLE' ? 503 : error.code === 'FORBIDDEN' ? 403 : 401;
  return signInPage(reply, parts, { returnTo, problem: error, status });
}

/** OpenID Connect Back-Channel Logout 1.0, section 2.8. */
async function backChannelLogout(
  request: FastifyRequest<{ Body: Form }>,
  reply: FastifyReply,
  { provider, services }: OidcParts,
): Promise<FastifyReply> {
  void reply.header('cache-control', 'no-store');
  try {
    await services.auditEvents.audited(actorOf(request), { action: 'backChannelLogout' }, async () => {
      const { issuer, ...ended } = await provider.readLogoutToken(request.body?.['logout_token'] ?? '');
      await services.sessions.endOfProvider(issuer, ended);
    });
    return reply.code(200).send();
  } catch (error) {
    if (!(error instanceof FaultError) || error.code === 'SERVICE_UNAVAILABLE') throw error;
    return reply.code(400).send({ error: 'invalid_request' });
  }
}
