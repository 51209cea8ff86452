import type { DataSource } from 'typeorm';
import type { ResiduaConfig } from '../../../src/shared/config.js';
import { PlainBrowser } from '../../support/browser.js';
import { startTestServer, type TestServer } from '../graphql/testServer.js';

export const password = 'correct horse battery staple';

/** A server where people sign in with a password. */
export function startServerWithAccounts(
  dataSource: DataSource,
  changes: Partial<ResiduaConfig> = {},
): Promise<TestServer> {
  return startTestServer(dataSource, { localAccounts: true, ...changes });
}

/** Somebody who has used the link of an invitation, in the browser used for it. */
export async function newPerson(server: TestServer, email: string, isAdmin = false): Promise<PlainBrowser> {
  const { code } = await server.services.localAccounts.invite({ email, isAdmin });
  const browser = new PlainBrowser(server.url);
  await browser.submit(`/invitations/${code}`, { name: email.split('@')[0]!, password });
  return browser;
}

/** One operation with the cookie of a browser, as a page of the server sends it. */
export async function askAs(
  browser: PlainBrowser,
  query: string,
  headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' },
): Promise<{ status: number; codes: string[]; data: unknown }> {
  const response = await browser.once('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  const { data, errors = [] } = (await response.json()) as {
    data?: unknown;
    errors?: { extensions: { code: string } }[];
  };
  return { status: response.status, codes: errors.map(({ extensions }) => extensions.code), data };
}
