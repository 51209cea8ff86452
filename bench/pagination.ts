/**
 * Measures pages of a list of 100,000 annotations through the API, on an embedded database of its own:
 *
 *     npm run bench:pages
 *     npm run bench:pages -- --quick     2,000 annotations: whether it runs
 *
 * Every page is asked for in order by its cursor; then pages near the start and page 900 in turn, so that both meet the same
 * load of the machine. Goals: the 95th percentile under 200 ms, page 900 at most twice page 1.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { createDataSource, migrate, startEmbeddedPostgres } from '../src/database/index.js';
import { startApi } from '../src/main/api.js';
import { readConfig } from '../src/main/config.js';

const quick = process.argv.includes('--quick');
const annotations = quick ? 2_000 : 100_000;
const pageSize = 100;
const comparedPage = quick ? 18 : 900;
const repetitions = 30;
const goal = { milliseconds: 200, ratio: 2 };

/** A data set with two annotations an image, and a second one whose rows lie between those of the first. */
const fill = [
  `INSERT INTO dataset (id, name, project_id) SELECT gen_random_uuid(), wanted, project.id
   FROM project, unnest(ARRAY['measured', 'other']) wanted`,
  `INSERT INTO image (id, dataset_id, filename, sha256, bytes, width, height, split, label, defect_type)
   SELECT gen_random_uuid(), dataset.id, 'test/scratch/' || n || '.png', md5(n::text), 1, 256, 256, 'TEST', 'ANOMALOUS', 'scratch'
   FROM dataset, generate_series(1, ${annotations / 2}) n`,
  `INSERT INTO annotation (id, image_id, kind, revision, source, payload)
   SELECT gen_random_uuid(), image.id, kind, 1, 'IMPORTED',
     CASE kind WHEN 'BOX' THEN '{"boxes": [{"x": 1, "y": 2, "width": 30, "height": 40}]}'::jsonb
       ELSE jsonb_build_object('counts', repeat('a1b2', 60), 'anomalousPixels', 1200) END
   FROM image, unnest(ARRAY['PIXEL', 'BOX']) kind`,
  'ANALYZE',
];

const query = `query($after: String, $before: String, $first: Int, $last: Int, $total: Boolean!) {
  dataset(name: "measured") {
    annotations(first: $first, last: $last, after: $after, before: $before) {
      totalCount @include(if: $total)
      nodes { id kind revision source image { filename } ... on PixelAnnotation { counts } ... on BoxAnnotation { boxes { x y width height } } }
      pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
    }
  }
}`;

interface Page {
  totalCount?: number;
  nodes: unknown[];
  pageInfo: { startCursor: string; endCursor: string; hasNextPage: boolean; hasPreviousPage: boolean };
}

async function ask(url: string, variables: object): Promise<{ page: Page; milliseconds: number }> {
  const began = performance.now();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { total: false, ...variables } }),
  });
  const { data, errors } = (await response.json()) as { data: { dataset: { annotations: Page } }; errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
  return { page: data.dataset.annotations, milliseconds: performance.now() - began };
}

/** Walks the whole list. @returns the time of each page, and the cursor before each. */
async function walk(url: string, fromEnd: boolean): Promise<{ times: number[]; cursors: (string | undefined)[] }> {
  const times: number[] = [];
  const cursors: (string | undefined)[] = [undefined];
  for (let rows = 0; rows < annotations;) {
    const cursor = cursors.at(-1);
    const { page, milliseconds } = await ask(
      url,
      fromEnd ? { last: pageSize, before: cursor } : { first: pageSize, after: cursor },
    );
    if (page.nodes.length !== pageSize) throw new Error(`page ${times.length + 1} has ${page.nodes.length} rows`);
    rows += page.nodes.length;
    times.push(milliseconds);
    cursors.push(fromEnd ? page.pageInfo.startCursor : page.pageInfo.endCursor);
  }
  return { times, cursors };
}

async function compare(url: string, after: string | undefined): Promise<{ first: number; compared: number }> {
  const [first, compared]: [number[], number[]] = [[], []];
  for (let i = 0; i < repetitions; i += 1) {
    first.push((await ask(url, { first: pageSize })).milliseconds);
    compared.push((await ask(url, { first: pageSize, after })).milliseconds);
  }
  return { first: quantile(first, 0.5), compared: quantile(compared, 0.5) };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

function report(name: string, times: readonly number[]): void {
  const [median, p95, most] = [0.5, 0.95, 1].map((share) => quantile(times, share).toFixed(1));
  const verdict = quantile(times, 0.95) < goal.milliseconds ? 'reached' : 'MISSED';
  console.log(
    `${name}: ${times.length} pages, median ${median} ms, p95 ${p95} ms, slowest ${most} ms (goal ${goal.milliseconds} ms: ${verdict})`,
  );
}

const home = mkdtempSync(path.join(tmpdir(), 'residua-bench-'));
const postgres = await startEmbeddedPostgres(home);
try {
  const dataSource = await createDataSource(postgres.url, { statementTimeoutSeconds: 600 }).initialize();
  await migrate(dataSource);
  for (const statement of fill) await dataSource.query(statement);
  await dataSource.destroy();
  process.env['RESIDUA_LOG_LEVEL'] = 'warn';
  const config = readConfig({ RESIDUA_HOME: home, RESIDUA_PORT: '0' });
  const api = await startApi({ ...config, databaseUrl: postgres.url });
  try {
    const forward = await walk(api.url, false);
    report('from the start', forward.times);
    report('from the end', (await walk(api.url, true)).times);
    const { first, compared } = await compare(api.url, forward.cursors[comparedPage - 1]);
    const verdict = compared <= goal.ratio * first ? 'reached' : 'MISSED';
    console.log(
      `page 1: ${first.toFixed(1)} ms, page ${comparedPage}: ${compared.toFixed(1)} ms, ` +
        `ratio ${(compared / first).toFixed(2)} (goal ${goal.ratio}: ${verdict})`,
    );
    const { page, milliseconds } = await ask(api.url, { first: pageSize, total: true });
    console.log(`with totalCount (${page.totalCount}): ${milliseconds.toFixed(1)} ms`);
  } finally {
    await api.stop();
  }
} finally {
  await postgres.stop();
  for (const folder of [home, postgres.folder]) rmSync(folder, { recursive: true, force: true });
}
