import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  accepted,
  collected,
  CreateDatasetDocument,
  CreateSnapshotDocument,
  followJob,
  ImportDatasetDocument,
  nodeOf,
  RunPageDocument,
  StartTrainingDocument,
  waitForJob,
} from '../../src/client/index.js';
import { hasChromium } from '../support/chromium.js';
import { useDatabase } from '../support/database.js';
import { writeSurfaces } from '../support/residuaProcesses.js';
import { StudioPage } from '../support/studioPage.js';
import { tinySemirest, tinySettings } from '../support/tinySettings.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

/** Milliseconds a training may take beside other tests. */
const longest = 240_000;

describe.skipIf(!hasChromium('a run in Studio'))('a run in Studio (needs Chromium)', () => {
  const database = useDatabase();
  let studio: StudioPage;
  let page: Page;
  let address: string;
  let runId: string;

  beforeAll(async () => {
    const write = (folder: string) => writeSurfaces(join(folder, 'tiles'));
    studio = await StudioPage.open({ DATABASE_URL: database.url }, longest, write);
    const { client, folder } = studio;
    page = studio.page;
    const made = await client.request(CreateDatasetDocument, { input: { name: 'tiles' } });
    const datasetId = accepted(made.createDataset).dataset!.id;
    const source = { datasetId, format: 'mvtec', path: join(folder, 'tiles') };
    const imported = await client.request(ImportDatasetDocument, { input: source });
    await waitForJob(client, accepted(imported.importDataset).import!.id, () => undefined);
    const taken = await client.request(CreateSnapshotDocument, { input: { datasetId } });
    const choice = { snapshotId: accepted(taken.createSnapshot).snapshot!.id, modelName: 'tiles' };
    const params = { ...tinySemirest, steps: 150, syntheticPool: 4, pretraining: { steps: 2 } };
    const training = await client.request(StartTrainingDocument, {
      input: {
        ...{ ...choice, supervision: 'UNSUPERVISED' as const, settings: tinySettings, seed: 3 },
        detector: { name: 'semirest', params },
      },
    });
    runId = accepted(training.startTraining).run!.id;
    address = `${client.address.url}/studio/${datasetId}/runs/${runId}`;
  });
  afterAll(() => studio?.close());

  it('shows every event once, through a crash of the API and its restart', async () => {
    for await (const event of followJob(studio.client, runId)) {
      if (event.__typename === 'MetricsReported' && event.stage === 'training' && event.step > 20) break;
    }
    // However long the page takes, the training has not ended when the API crashes.
    const goOn = studio.processes.suspendWorker();
    await page.goto(address);
    await page.getByRole('img', { name: /^Loss .+ at step/ }).waitFor();
    const state = page.locator('.run-head [role=status]');
    const restart = await studio.processes.crashApi();
    await state.getByText('waiting for the server').waitFor();
    await restart();
    goOn();
    await page.locator('.state', { hasText: 'completed' }).waitFor();
    const events = await collected(followJob(studio.client, runId));
    const told = events.filter(({ __typename }) => __typename !== 'MetricsReported').map(({ seq }) => seq);
    // A training that was far when the page opened leaves a line for the steps in between, which are in the chart alone.
    const shown = `[...document.querySelectorAll('.log [data-seq]')].map((line) => Number(line.dataset.seq)).filter(Number.isInteger)`;
    expect(await page.evaluate<number[]>(shown)).toEqual(told);
    const run = nodeOf((await studio.client.request(RunPageDocument, { id: runId })).node, 'the run');
    const stages = [...new Set(run.metricHistory.map(({ stage }) => stage))];
    for (const stage of stages) {
      if (stages.length > 1) await page.getByLabel('Loss of').selectOption(stage);
      const points = run.metricHistory.filter((point) => point.stage === stage).length;
      await page.getByRole('img', { name: new RegExp(`, ${points} points?$`) }).waitFor();
    }
  });

  it('says that a measurement waits for a worker, and goes on once there is one', async () => {
    const { modelVersion } = nodeOf((await studio.client.request(RunPageDocument, { id: runId })).node, 'the run');
    await page.goto(`${studio.client.address.url}/studio/versions/${modelVersion!.id}`);
    await studio.processes.stopWorker();
    await page.getByRole('button', { name: 'Measure on 2 images to test' }).click();
    await page.getByText('Measuring, waits for a worker that takes EVALUATION jobs: none is alive').waitFor();
    studio.processes.startWorker();
    await page.getByRole('region', { name: 'Metrics' }).getByText('Image AUROC', { exact: true }).waitFor();
  });
});
