import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { collected, WorkersDocument } from '../../src/client/index.js';
import { followJob } from '../../src/client/followJob.js';
import { type Child, runChild } from '../support/childProcess.js';
import { useDatabase } from '../support/database.js';
import { residua, ResiduaProcesses, writeSurfaces } from '../support/residuaProcesses.js';
import { tinyBank, tinySettings } from '../support/tinySettings.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const database = useDatabase();
let folder: string;
let environment: Record<string, string>;
let processes: ResiduaProcesses;
let second: Child | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'residua-e2e-devices-'));
  await writeSurfaces(join(folder, 'tiles'));
  environment = { DATABASE_URL: database.url, RESIDUA_HOME: folder, RESIDUA_IMPORT_ROOTS: folder };
  processes = new ResiduaProcesses(environment);
  await processes.ready();
});
afterAll(async () => {
  second?.kill('SIGKILL');
  await second?.ended;
  await processes?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function typed(...args: string[]): Promise<string> {
  const { code, out, err } = await residua(args, { ...environment, RESIDUA_URL: processes.client.address.url });
  expect(code, `${args.join(' ')}: ${out}${err}`).toBe(0);
  return out.trim();
}

/** A training as a person starts it. @returns what the command printed. */
function train(...options: string[]): Promise<string> {
  const flags = (flag: string, values: object) =>
    Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${String(value)}`]);
  const tiny = [...flags('--set', tinySettings), ...flags('--param', tinyBank)];
  return typed('train', 'tiles', '--model', 'tiles', '--detector', 'patchcore', ...tiny, ...options);
}

interface Run {
  state: string;
  device: string;
  waitingFor: string | null;
}

/** The process that had each training. */
async function holders(): Promise<Record<string, string>> {
  const rows = await database.dataSource.query<{ device: string; lease_holder: string }[]>(
    `SELECT device, lease_holder FROM job WHERE kind = 'TRAINING'`,
  );
  return Object.fromEntries(rows.map(({ device, lease_holder }) => [device, lease_holder]));
}

it('a training that needs a GPU waits, and says so, until a worker that has one takes it; one of any kind does the others', async () => {
  const read = async (id: string) => {
    const query = /* GraphQL */ `
      query ($id: ID!) {
        node(id: $id) {
          ... on Job {
            state
            device
            waitingFor
          }
        }
      }
    `;
    const response = await fetch(`${processes.client.address.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { id } }),
    });
    return ((await response.json()) as { data: { node: Run } }).data.node;
  };
  const workers = async () => (await processes.client.request(WorkersDocument)).server.workers;
  await typed('import', join(folder, 'tiles'), '--dataset', 'tiles');
  expect(await workers()).toMatchObject([{ device: 'CPU', engine: 'onnxruntime' }]);

  const run = await train('--device', 'gpu', '--detach');
  await train('--device', 'cpu');
  expect(await read(run)).toEqual({
    state: 'QUEUED',
    device: 'GPU',
    waitingFor: 'a worker that computes on a GPU and takes TRAINING jobs: none is alive',
  });

  second = runChild('../../src/cli/residua.ts', ['worker', '--device', 'gpu'], environment);
  const events = await collected(followJob(processes.client, run));
  expect(events.slice(0, 2)).toMatchObject([
    { state: 'QUEUED' },
    { level: 'WARN', message: 'waits for a worker that computes on a GPU and takes TRAINING jobs: none is alive' },
  ]);
  expect(await read(run)).toEqual({ state: 'COMPLETED', device: 'GPU', waitingFor: null });
  const [first, other] = await workers();
  expect([first!.device, other!.device]).toEqual(['CPU', 'GPU']);
  expect(await holders()).toEqual({ CPU: first!.name, GPU: other!.name });
  expect(await typed('list', 'workers')).toMatch(new RegExp(`${escaped(other!.name)} +GPU +onnxruntime`));
});

function escaped(text: string): string {
  return text.replace(/[()]/g, '\\$&');
}
