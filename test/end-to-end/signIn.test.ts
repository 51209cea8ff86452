import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServerWithAccounts } from '../integration/access/signInSetting.js';
import type { TestServer } from '../integration/graphql/testServer.js';
import { hasChromium, launchChromium } from '../support/chromium.js';
import { useDatabase } from '../support/database.js';

const installed = hasChromium('signing in in a browser');

/** Where pictures of the pages go, for somebody who wants to look. */
const pictures = process.env['RESIDUA_TEST_PICTURES'];

const sizes = { narrow: { width: 320, height: 640 }, wide: { width: 1280, height: 800 } };

/** Asks with whatever the browser sends by itself, over HTTP and WebSocket. */
const askInBrowser = `(async () => {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ sessions { nodes { isCurrent } } }' }),
  });
  const socket = new WebSocket(location.origin.replace('http', 'ws') + '/graphql', 'graphql-transport-ws');
  const acknowledged = new Promise((resolve) => {
    socket.onmessage = ({ data }) => resolve(String(data));
    socket.onclose = ({ code }) => resolve(String(code));
  });
  socket.onopen = () => socket.send(JSON.stringify({ type: 'connection_init' }));
  return { http: await response.json(), webSocket: await acknowledged };
})()`;

describe.skipIf(!installed)('signing in with a browser (needs Chromium)', { timeout: 120_000 }, () => {
  const database = useDatabase();
  let server: TestServer;
  let browser: Browser;
  const complaints: string[] = [];
  const password = 'correct horse battery staple';

  beforeAll(async () => {
    server = await startServerWithAccounts(database.dataSource);
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function open(address: string, javaScriptEnabled: boolean): Promise<Page> {
    const context = await browser.newContext({ javaScriptEnabled, viewport: { width: 900, height: 700 } });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(`${server.url}${address}`);
    return page;
  }

  /** Of every size, in each of which nothing stands out of the page. */
  async function picture(page: Page, name: string): Promise<void> {
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.setViewportSize(viewport);
      if (pictures) await page.screenshot({ path: path.join(pictures, `${name}-${size}.png`) });
      const beyond = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
      expect(await page.evaluate<number>(beyond), `${name}, ${size}`).toBe(0);
    }
  }

  it('works without scripts, by keyboard, from the link to the account and out again', async () => {
    const { code } = await server.services.localAccounts.invite({ email: 'ada@example.com', name: 'Ada' });
    const page = await open(`/invitations/${code}`, false);
    await picture(page, 'invitation');
    await page.getByLabel('Your name').fill('Ada Lovelace');
    await page.getByLabel('Password').fill(password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    await picture(page, 'account');
    await page.getByText('Ask an owner').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Signed out' }).waitFor();
    await page.getByRole('link', { name: 'Sign in again' }).click();
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    await picture(page, 'refused');
    // What was typed stays, but for the password.
    expect(await page.getByLabel('E-mail address').inputValue()).toBe('ada@example.com');
    expect(await page.getByLabel('Password').inputValue()).toBe('');
    // It is where the cursor stands.
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    await page.context().close();
  });

  it('says what is wrong with a password and with an old link, and leads on', async () => {
    const { localAccounts } = server.services;
    const { code } = await localAccounts.invite({ email: 'grace@example.com' });
    const page = await open(`/invitations/${code}`, false);
    await page.getByLabel('Your name').fill('Grace');
    await page.getByLabel('Password').fill('aaaaaaaaaaaaaaaa');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('alert').innerText()).toMatch(/^The password is made of 1 character; .*needed\.$/);
    await picture(page, 'weak-password');
    await database.dataSource.query(`UPDATE invitation SET expires_at = now() - interval '1 minute'`);
    await page.goto(`${server.url}/invitations/${code}`);
    expect(await page.getByRole('alert').innerText()).toBe('This link has expired; ask for another one.');
    await picture(page, 'expired-link');
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await picture(page, 'sign-in');
    await page.context().close();
  });

  it('lets a program in', async () => {
    const { userCode, deviceCode } = await server.services.deviceLogins.start('a program', '127.0.0.1');
    const page = await open(`/device?code=${userCode}`, false);
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.getByLabel('Password').fill(password);
    await page.keyboard.press('Enter');
    await page.getByLabel('Code').waitFor();
    await picture(page, 'device');
    expect(await page.getByLabel('Code').inputValue()).toBe(userCode);
    await page.getByRole('button', { name: 'Let it in' }).click();
    await page.getByText('is let in').waitFor();
    expect((await server.services.deviceLogins.finish(deviceCode)).secret).toMatch(/^rsd_/);
    await page.context().close();
  });

  it('GraphiQL asks with the session, over HTTP and WebSocket', async () => {
    const page = await open('/graphql', true);
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.getByLabel('Password').fill(password);
    await page.keyboard.press('Enter');
    await page.locator('.graphiql-container').waitFor();
    // A text: what runs in the browser has types of its own.
    const answer = await page.evaluate<{ http: object; webSocket: string }>(askInBrowser);
    expect(answer.http).toMatchObject({
      data: { sessions: { nodes: expect.arrayContaining([{ isCurrent: true }]) as object } },
    });
    expect(answer.webSocket).toContain('connection_ack');
    await page.getByRole('button', { name: /Execute query/ }).click();
    await expect.poll(() => page.locator('.result-window').innerText(), { timeout: 30_000 }).toContain('version');
    await page.context().close();
  });

  it('every page has a language, one heading, a label for each field, and nothing to complain about', async () => {
    for (const address of ['/sign-in', '/signed-out', '/device']) {
      const page = await open(address, true);
      expect(await page.locator('html').getAttribute('lang')).toBe('en');
      expect(await page.locator('h1').count()).toBe(1);
      const unlabelled = await page.evaluate<number>(
        `[...document.querySelectorAll('input:not([type=hidden])')].filter(({ labels }) => labels.length !== 1).length`,
      );
      expect(unlabelled).toBe(0);
      await page.context().close();
    }
    expect(complaints.filter((text) => !/status of 4(00|01|10)/.test(text))).toEqual([]);
  });
});
