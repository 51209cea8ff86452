import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { shortestPassword } from '../../../services/access/passwords.js';
import { FaultError, ProblemError } from '../../../shared/errors.js';
import { html, sendPage, type PageParts } from './page.js';
import { accountPath, actorOf, enter, type Form, type SignInParts } from './signInParts.js';

type Sent = { Params: { code: string }; Body: Form };

/** One-time links by which people choose their password. */
export function invitationRoutes(app: FastifyInstance, parts: SignInParts): void {
  app.get<Sent>('/invitations/:code', async (request, reply) => {
    try {
      return await invitationPage(request, reply, parts);
    } catch (error) {
      return refusal(reply, error);
    }
  });
  app.post<Sent>('/invitations/:code', (request, reply) => accept(request, reply, parts));
}

async function invitationPage(
  { params, body, ip }: FastifyRequest<Sent>,
  reply: FastifyReply,
  { services }: SignInParts,
  problem?: PageParts['problem'],
): Promise<FastifyReply> {
  const person = await services.localAccounts.look(params.code, ip);
  const field = (name: 'email' | 'name', label: string, type: string, autocomplete: string, known: string) =>
    html`<label for="${name}">${label}</label>
      <input
        id="${name}"
        name="${name}"
        type="${type}"
        autocomplete="${autocomplete}"
        value="${body?.[name] ?? known}"
        required
      />`;
  const content = html`<p>
      Choose a password for
      ${person.email ? html`<strong>${person.email}</strong>` : 'the first administrator of this server'}. The link
      works once.
    </p>
    <form method="post">
      ${person.email ? html`<input type="hidden" autocomplete="username" value="${person.email}" />` : field('email', 'E-mail address', 'email', 'username', '')}
      ${field('name', 'Your name', 'text', 'name', person.email ? person.name : '')}
      <label for="password">Password</label>
      <input
        id="password"
        name="password"
        type="password"
        autocomplete="new-password"
        minlength="${shortestPassword}"
        required
        aria-describedby="rule"
      />
      <p class="hint" id="rule">
        At least ${shortestPassword} characters. A few words that do not belong together are a good one.
      </p>
      <button>Save and sign in</button>
    </form>`;
  return sendPage(reply, { title: 'Welcome to Residua', content, problem, status: problem ? 400 : 200 });
}

async function accept(request: FastifyRequest<Sent>, reply: FastifyReply, parts: SignInParts): Promise<FastifyReply> {
  const { password = '', name, email } = request.body ?? {};
  const { auditEvents, localAccounts } = parts.services;
  try {
    return await auditEvents.audited(actorOf(request), { action: 'acceptInvitation' }, async () => {
      const answer = { password, name: name?.trim() || undefined, email };
      const principalId = await localAccounts.accept(request.params.code, answer, request.ip);
      return enter(request, reply, parts, { principalId, way: 'PASSWORD' }, accountPath);
    });
  } catch (error) {
    if (!(error instanceof ProblemError)) return refusal(reply, error);
    return invitationPage(request, reply, parts, error.problems[0]).catch((other: unknown) => refusal(reply, other));
  }
}

function refusal(reply: FastifyReply, error: unknown): FastifyReply {
  if (!(error instanceof FaultError)) throw error;
  return sendPage(reply, {
    title: 'This link does not work',
    content: html`<p><a href="/sign-in">Sign in</a></p>`,
    problem: error,
    status: error.code === 'INVITATION_INVALID' ? 404 : 410,
  });
}
