import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { everything } from '../../src/access/index.js';
import { DatasetImportEntity } from '../../src/database/entities/index.js';
import { encodeGlobalId } from '../../src/graphql/index.js';
import { startTestServer, type TestServer } from '../integration/graphql/testServer.js';
import { hasChromium, launchChromium } from '../support/chromium.js';
import { useDatabase } from '../support/database.js';
import { anyProject } from '../support/anyProject.js';

const installed = hasChromium('GraphiQL');

describe.skipIf(!installed)('GraphiQL in a browser (needs Chromium)', () => {
  const database = useDatabase();
  let server: TestServer;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  const addresses: string[] = [];

  beforeAll(async () => {
    server = await startTestServer(database.dataSource);
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** Opens the page in a fresh browser profile with an operation in its editor. */
  async function open(query: string, variables: object = {}, url = server.url): Promise<void> {
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(20_000);
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => addresses.push(request.url()));
    const stored = { 'graphiql:query': query, 'graphiql:variables': JSON.stringify(variables) };
    await page.addInitScript(`Object.assign(localStorage, ${JSON.stringify(stored)})`);
    await page.goto(`${url}/graphql`);
  }

  const execute = () => page.getByRole('button', { name: /Execute query/ }).click();

  async function run(query: string, variables: object = {}): Promise<void> {
    await open(query, variables);
    await execute();
  }

  /** An import that nobody runs. @returns its id. */
  async function queuedImport({ services, queue }: TestServer, name: string): Promise<string> {
    const jobId = uuid();
    const { id: datasetId } = await services.datasets.create(everything, { name });
    await database.dataSource.transaction(async (manager) => {
      await queue.enqueue(manager, { id: jobId, projectId: await anyProject(manager), kind: 'DATASET_IMPORT' });
      await manager.save(
        manager.create(DatasetImportEntity, { jobId, datasetId, format: 'mvtec', source: {}, dryRun: false }),
      );
    });
    return encodeGlobalId('DatasetImport', jobId);
  }

  const result = () => page.locator('.result-window').innerText();

  it('runs a query and shows its result', async () => {
    await run('{ server { database } projects { nodes { name } } }');
    await expect.poll(result, { timeout: 20_000 }).toContain('PostgreSQL');
  });

  it('knows the schema', async () => {
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await expect
      .poll(() => page.locator('.graphiql-plugin').innerText(), { timeout: 20_000 })
      .toContain('Subscription');
  });

  it('follows a subscription', async () => {
    const id = await queuedImport(server, 'screws');
    await run('subscription($id: ID!) { jobEvents(jobId: $id) { seq ... on StateChanged { state } } }', { id });
    await expect.poll(result, { timeout: 20_000 }).toContain('QUEUED');
    await server.services.jobs.cancel(everything, Buffer.from(id, 'base64url').toString().split(':')[1]!);
    await expect.poll(result, { timeout: 20_000 }).toContain('CANCELLED');
  });

  it('follows a subscription of a server with a token, which is typed after the page has opened', async () => {
    const apiToken = 'a-token-of-this-test';
    const guarded = await startTestServer(database.dataSource, { apiToken });
    const id = await queuedImport(guarded, 'guarded');
    const query = `subscription { jobEvents(jobId: "${id}") { seq ... on StateChanged { state } } }`;
    await open('# nothing yet', {}, guarded.url);
    await page.getByRole('button', { name: 'Headers' }).click();
    await page.locator('.graphiql-editor-tool .graphiql-editor:not(.hidden) .CodeMirror').click();
    await page.keyboard.insertText(JSON.stringify({ authorization: `Bearer ${apiToken}` }));
    await page.locator('.graphiql-query-editor .CodeMirror').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(query);
    await execute();
    await expect.poll(result, { timeout: 20_000 }).toContain('QUEUED');
    await page.close();
    await guarded.stop();
    // The schema was asked for before there was a token.
    complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes('401')));
    addresses.splice(0, addresses.length, ...addresses.filter((address) => !address.startsWith(guarded.url)));
  });

  it('asks this server only, and breaks no rule of its content security policy', () => {
    const foreign = addresses.filter((address) => !address.startsWith(server.url) && !address.startsWith('data:'));
    expect(foreign).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
