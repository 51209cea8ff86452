import { hostname, userInfo } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { credentialsFile, storeCredential, storedCredential } from '../../client/node/index.js';
import { RequestError, requestError, UnreachableError } from '../../client/index.js';
import { createTerminal } from '../terminal/terminal.js';
import { withClientOptions, type ClientOptions } from './options.js';

interface Started {
  deviceCode: string;
  userCode: string;
  verificationUrl: string;
  completeUrl: string;
  expiresInSeconds: number;
  intervalSeconds: number;
}

interface Finished {
  token: string;
  name: string;
  expiresAt: string | null;
}

/** `residua login`. */
export function loginCommand(): Command {
  return withClientOptions(new Command('login'))
    .description('sign in with a browser, and keep a personal token for the commands of this machine')
    .addHelpText(
      'after',
      `\nShows a code and an address; open it in any browser, on any machine, and let this one in. The token is kept in\n${credentialsFile()}, readable by you alone, and ends after 90 days.\nRESIDUA_API_TOKEN, where it is set, counts before it.\n\nExample:\n  residua login --url https://residua.example.com`,
    )
    .action(async ({ url, json }: ClientOptions) => {
      const terminal = createTerminal({ json });
      const started = await post<Started>(url, '/device/start', { name: `residua on ${whereAmI()}` });
      terminal.say(`Open ${started.completeUrl}\nand let in the program with the code ${started.userCode}.`);
      const { token, name, expiresAt } = await answered(url, started);
      storeCredential(url, { token, name, expiresAt });
      if (terminal.json) terminal.emit({ url, name, expiresAt, file: credentialsFile() });
      else terminal.say(`Signed in. The token ${JSON.stringify(name)} ends ${expiresAt?.slice(0, 10) ?? 'never'}.`);
    });
}

/** `residua logout`. */
export function logoutCommand(): Command {
  return withClientOptions(new Command('logout'))
    .description('forget the token that "residua login" left on this machine')
    .addHelpText(
      'after',
      '\nThe token itself ends by "residua token revoke", or on the page of your account.\n\nExample:\n  residua logout',
    )
    .action(({ url, json }: ClientOptions) => {
      const terminal = createTerminal({ json });
      const known = storedCredential(url);
      storeCredential(url, undefined);
      if (terminal.json) terminal.emit({ url, forgotten: known?.name ?? null });
      else terminal.say(known ? `${JSON.stringify(known.name)} is forgotten` : `there was no token for ${url}`);
    });
}

/** Asks until somebody has answered. @throws RequestError LOGIN_REFUSED, LOGIN_EXPIRED. */
async function answered(url: string, { deviceCode, intervalSeconds }: Started): Promise<Finished> {
  for (;;) {
    try {
      return await post<Finished>(url, '/device/token', { deviceCode });
    } catch (error) {
      const isPending = error instanceof RequestError && error.errors[0].code === 'LOGIN_PENDING';
      if (!isPending) throw error;
    }
    await pause(intervalSeconds * 1000);
  }
}

async function post<Answer>(url: string, path: string, body: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  const address = new URL(path, url);
  const response = await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) }).catch(
    (error: unknown) => {
      throw new UnreachableError(url, error instanceof Error ? error.message : String(error));
    },
  );
  const answer = (await response.json().catch(() => ({}))) as Answer & { errors?: { message?: string }[] };
  if (response.status === 404 && path === '/device/start') {
    throw requestError([
      { message: `nobody signs in at ${url}: it has no accounts`, extensions: { code: 'NOT_FOUND' } },
    ]);
  }
  if (!response.ok) throw requestError(answer.errors ?? [{ message: `POST ${address.href}: HTTP ${response.status}` }]);
  return answer;
}

function whereAmI(): string {
  try {
    return `${hostname()} as ${userInfo().username}`.slice(0, 80);
  } catch {
    return hostname().slice(0, 80);
  }
}
