import autocannon, { type Result } from 'autocannon';
import { atLeast, atMost, type Check, equal, type LoadSize, type Scenario } from '../scenario.js';
import { ask, type Setting } from '../setting.js';

const connections = 50;
const seconds = 20;

/** What dashboards and scripts ask for. */
const queries = [
  '{ server { version limits } plugins { name kind version available } }',
  '{ datasets(first: 20) { nodes { id name counts { images normal anomalous } } pageInfo { hasNextPage } } }',
  `{ dataset(name: "tiles") { images(first: 20) { totalCount
     nodes { id filename split label annotations { kind revision } } pageInfo { endCursor hasNextPage } } } }`,
  `{ jobs(first: 10, kind: TRAINING) { totalCount nodes { id state progress
     events(last: 5) { nodes { seq ... on MetricsReported { step } } }
     ... on TrainingRun { supervision detector { plugin { name } } modelVersion { id version } } } } }`,
  '{ models(first: 10) { nodes { id name aliases { name } versions(first: 5) { nodes { id version } } } } }',
  '{ trainingPresets { name supervision settings { imageSize } params } }',
];

/** Many requests, alone and beside a training. */
export const requests: Scenario = {
  name: 'requests',
  run: async (setting, size) => {
    const { api } = setting;
    for (const query of queries) await ask(api.url, query);
    await setting.worker();
    // Something to be asked about.
    for (let i = 0; i < 3; i++) await until(setting, await setting.talk(100, 1), 'COMPLETED');
    const alone = await bombard(api.url, size);
    const runId = await setting.train({
      settings: { imageSize: 128 },
      detector: { name: 'semirest', params: { steps: 5000, windowSize: 16 } },
    });
    await until(setting, runId, 'RUNNING');
    const beside = await bombard(api.url, size);
    return [
      atLeast('requests a second', alone.requests.average, 150),
      atMost('p99', alone.latency.p99, 500, 'ms'),
      atMost('p99 while a training runs', beside.latency.p99, 1000, 'ms'),
      ...failures(alone, beside),
      equal('the training then', await state(setting, runId), 'RUNNING'),
    ];
  },
};

function bombard(url: string, size: LoadSize): Promise<Result> {
  const headers = { 'content-type': 'application/json' };
  const asked = queries.map((query) => ({ method: 'POST' as const, headers, body: JSON.stringify({ query }) }));
  const load = { connections: size.of(connections), duration: size.of(seconds) };
  return autocannon({ url: `${url}/graphql`, ...load, requests: asked });
}

function failures(...results: readonly Result[]): Check[] {
  const failed = results.reduce((sum, { errors, timeouts, non2xx }) => sum + errors + timeouts + non2xx, 0);
  return [equal('requests that failed', failed, 0)];
}

async function state({ api }: Setting, id: string): Promise<string> {
  const { node } = await ask<{ node: { state: string } }>(
    api.url,
    'query($id: ID!) { node(id: $id) { ... on Job { state } } }',
    { id },
  );
  return node.state;
}

async function until(setting: Setting, id: string, wanted: string): Promise<void> {
  for (let found = ''; found !== wanted; found = await state(setting, id)) {
    if (found === 'FAILED') throw new Error(`${id} has failed`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
