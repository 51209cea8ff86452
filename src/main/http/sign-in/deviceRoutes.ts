import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { deviceLoginSeconds, devicePollSeconds } from '../../../services/device-logins.service.js';
import { FaultError, ProblemError } from '../../../shared/errors.js';
import { html, sendPage, type PageParts } from './page.js';
import { actorOf, goTo, signedIn, type Form, type SignInParts } from './signInParts.js';

type Sent = { Querystring: Form; Body: Form };

/** Letting a program in that has no browser of its own, as `residua login` does. */
export function deviceRoutes(app: FastifyInstance, parts: SignInParts): void {
  const { services, url } = parts;
  app.post<{ Body: { name?: unknown } }>('/device/start', async (request, reply) => {
    const name = typeof request.body?.name === 'string' ? request.body.name : '';
    const { deviceCode, userCode } = await services.deviceLogins.start(name, request.ip);
    const address = `${url()}/device`;
    return reply.header('cache-control', 'no-store').send({
      ...{ deviceCode, userCode, verificationUrl: address, completeUrl: `${address}?code=${userCode}` },
      ...{ expiresInSeconds: deviceLoginSeconds, intervalSeconds: devicePollSeconds },
    });
  });
  app.post<{ Body: { deviceCode?: unknown } }>('/device/token', async (request, reply) => {
    const code = typeof request.body?.deviceCode === 'string' ? request.body.deviceCode : '';
    const { token, secret } = await finish(request, code, parts);
    return reply
      .header('cache-control', 'no-store')
      .send({ token: secret, name: token.name, expiresAt: token.expiresAt });
  });
  app.get<Sent>('/device', (request, reply) => devicePage(request, reply, parts));
  app.post<Sent>('/device', (request, reply) => answer(request, reply, parts));
}

/** Waiting is no event: only what a token comes of is written down. */
async function finish(request: FastifyRequest, code: string, { services }: SignInParts) {
  const { deviceLogins, auditEvents } = services;
  await deviceLogins.requireAnswered(code);
  return auditEvents.audited(actorOf(request), { action: 'finishDeviceLogin' }, () => deviceLogins.finish(code));
}

async function devicePage(
  request: FastifyRequest<Sent>,
  reply: FastifyReply,
  parts: SignInParts,
  problem?: PageParts['problem'],
): Promise<FastifyReply> {
  const code = request.query['code'] ?? request.body?.['code'] ?? '';
  const principal = await signedIn(request, parts);
  if (!principal)
    return goTo(reply, `/sign-in?return=${encodeURIComponent(`/device?code=${encodeURIComponent(code)}`)}`);
  const content = html`<p>
      A program on another screen shows a code. Type it here only if you have started that program yourself: it will be
      able to do what you, <strong>${principal.name}</strong>, may do, but for managing people and tokens.
    </p>
    <form method="post">
      <label for="code">Code</label>
      <input class="code" id="code" name="code" value="${code}" autocomplete="off" spellcheck="false" required />
      <button name="answer" value="allow">Let it in</button>
      <button class="second" name="answer" value="refuse">Refuse</button>
    </form>`;
  return sendPage(reply, { title: 'Let a program in', content, problem, status: problem ? 400 : 200 });
}

async function answer(request: FastifyRequest<Sent>, reply: FastifyReply, parts: SignInParts): Promise<FastifyReply> {
  const principal = await signedIn(request, parts);
  const { code = '', answer: given } = request.body ?? {};
  if (!principal) return devicePage(request, reply, parts);
  const isAllowed = given === 'allow';
  const action = { action: isAllowed ? 'allowDeviceLogin' : 'refuseDeviceLogin' };
  try {
    await parts.services.auditEvents.audited(actorOf(request, principal), action, () =>
      parts.services.deviceLogins.answer(principal, code, request.ip, isAllowed),
    );
  } catch (error) {
    if (error instanceof FaultError || error instanceof ProblemError) return devicePage(request, reply, parts, error);
    throw error;
  }
  const content = isAllowed
    ? html`<p>The program is let in. You can close this page.</p>`
    : html`<p>The program was refused. You can close this page.</p>`;
  return sendPage(reply, { title: isAllowed ? 'Done' : 'Refused', content });
}
