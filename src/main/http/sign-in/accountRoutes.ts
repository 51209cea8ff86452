import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../../access/index.js';
import { sessionCookie } from '../../../services/access/hostCookie.js';
import { FaultError } from '../../../shared/errors.js';
import { Html, html, sendPage, type PageParts } from './page.js';
import {
  accountPath,
  actorOf,
  enter,
  goTo,
  safePath,
  signedIn,
  takeForms,
  type Form,
  type SignInParts,
} from './signInParts.js';

type Sent = { Querystring: Form; Body: Form };

/** Signing in with a password, who one is, and signing out. */
export function accountRoutes(app: FastifyInstance, parts: SignInParts): void {
  takeForms(app, parts);
  app.get<Sent>('/sign-in', (request, reply) =>
    signInPage(reply, parts, { returnTo: safePath(request.query['return']) }),
  );
  if (parts.config.localAccounts) app.post<Sent>('/sign-in', (request, reply) => signIn(request, reply, parts));
  app.post('/sign-out', (request, reply) => signOut(request, reply, parts));
  app.get<Sent>('/signed-out', (_request, reply) =>
    sendPage(reply, {
      title: 'Signed out',
      content: html`<p>This browser is signed out of Residua.</p>
        <p><a href="/sign-in">Sign in again</a></p>`,
    }),
  );
  app.get(accountPath, (request, reply) => accountPage(request, reply, parts));
}

interface SignInPage {
  returnTo: string;
  email?: string | undefined;
  problem?: PageParts['problem'];
  status?: number;
}

/** The page with every way to sign in that this server has. */
export function signInPage(reply: FastifyReply, { config, provider }: SignInParts, page: SignInPage): FastifyReply {
  const { returnTo, email, problem, status = 200 } = page;
  const focus = (isNext: boolean) => isNext && new Html('autofocus');
  const form = html`<form method="post" action="/sign-in">
    <input type="hidden" name="return" value="${returnTo}" />
    <label for="email">E-mail address</label>
    <input id="email" name="email" type="email" autocomplete="username" value="${email}" required ${focus(!email)} />
    <label for="password">Password</label>
    <input
      id="password"
      name="password"
      type="password"
      autocomplete="current-password"
      required
      ${focus(Boolean(email))}
    />
    <button>Sign in</button>
  </form>`;
  const link =
    provider &&
    html`<a class="button" href="/sign-in/oidc?return=${encodeURIComponent(returnTo)}"
      >Sign in with ${provider.name}</a
    >`;
  const both = config.localAccounts && link && html`<p class="or">or</p>`;
  const content = html`${config.localAccounts && form}${both}${link}`;
  return sendPage(reply, { title: 'Sign in', content, problem, status });
}

async function signIn(request: FastifyRequest<Sent>, reply: FastifyReply, parts: SignInParts): Promise<FastifyReply> {
  const { email = '', password = '', return: wished } = request.body ?? {};
  const returnTo = safePath(wished);
  const { auditEvents, localAccounts } = parts.services;
  try {
    return await auditEvents.audited(actorOf(request), { action: 'signIn' }, async () => {
      const principalId = await localAccounts.signIn({ email, password, address: request.ip });
      return enter(request, reply, parts, { principalId, way: 'PASSWORD' }, returnTo);
    });
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return signInPage(reply, parts, { returnTo, email, problem: error, status: 401 });
  }
}

async function signOut(request: FastifyRequest, reply: FastifyReply, parts: SignInParts): Promise<FastifyReply> {
  const { services, config, provider, url } = parts;
  const cookie = sessionCookie(config.publicUrl);
  const secret = cookie.in(request.headers.cookie);
  const principal = await signedIn(request, parts);
  const ended =
    secret &&
    (await services.auditEvents.audited(actorOf(request, principal), { action: 'signOut' }, () =>
      services.sessions.endBySecret(secret),
    ));
  reply.header('set-cookie', cookie.gone());
  if (!ended || !ended.idToken || !provider) return goTo(reply, '/signed-out');
  const there = await provider.endSession(ended.idToken, `${url()}/signed-out`).catch(() => undefined);
  return goTo(reply, there?.href ?? '/signed-out');
}

async function accountPage(request: FastifyRequest, reply: FastifyReply, parts: SignInParts): Promise<FastifyReply> {
  const principal = await signedIn(request, parts);
  if (!principal) return goTo(reply, `/sign-in?return=${encodeURIComponent(accountPath)}`);
  const content = html`<p>
      You are signed in as <strong>${principal.name}</strong>${principal.isAdmin && ', an administrator'}.
    </p>
    ${await projectsOf(principal, parts)}
    <p><a href="/graphql">Open GraphiQL</a></p>
    <form method="post" action="/sign-out"><button class="second">Sign out</button></form>`;
  const formTargets = await signOutTargets(parts);
  return sendPage(reply, { title: 'Your account', content, formTargets });
}

async function projectsOf({ isAdmin, memberships }: Principal, { services }: SignInParts) {
  if (isAdmin) return html`<p>You may do everything in every project.</p>`;
  if (memberships.length === 0) {
    return html`<h2>You are in no project yet</h2>
      <p>
        Ask an owner of the project you work on to add you as a member. Until then there is nothing here that you may
        see.
      </p>`;
  }
  const names = new Map(
    (await services.people.projectNames(memberships.map(({ projectId }) => projectId))).map(({ id, name }) => [
      id,
      name,
    ]),
  );
  const items = memberships.map(({ projectId, role }) => html`<li>${names.get(projectId)}: ${role.toLowerCase()}</li>`);
  return html`<h2>Your projects</h2>
    <ul>
      ${items}
    </ul>`;
}

/** Browsers hold the way a form leads on against the page's policy: signing out may lead to the provider. */
async function signOutTargets({ provider, url }: SignInParts): Promise<string[]> {
  const there = await provider?.endSession('-', url()).catch(() => undefined);
  return there ? [there.origin] : [];
}
