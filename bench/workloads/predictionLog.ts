import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { everything } from '../../src/access/index.js';
import { createDataSource, migrate, startEmbeddedPostgres } from '../../src/database/index.js';
import { encodePng } from '../../src/files/index.js';
import { Installation, surface } from '../../test/support/installation.js';
import { median, samples, type Samples } from '../measuring/samples.js';
import { takeTurns, type Agreement, type Comparison, type Goal, type Workload } from '../measuring/workload.js';

/** Side of the images that are asked about, pixels. */
const side = 256;

/** What the log may add to an answer. */
const most: Goal = { text: '<= 1.10x', met: ({ ratio }) => ratio <= 1.1 };

/** What a project logs of its predictions. */
type Log = 'off' | 'rows' | 'rows and pictures';

/** Single predictions as plain HTTP asks for them, by whether the project logs them: API, database and worker are real, in one process. */
export const predictionLog: Workload = {
  name: 'prediction-log',
  description: 'single predictions with and without the log of predictions, through the database',
  run: ({ quick }) => withInstallation((installation) => compare(installation, quick)),
};

async function compare(installation: Installation, quick: boolean): Promise<Comparison[]> {
  const { services } = installation;
  const snapshotId = await installation.snapshot('bench', 8, side);
  const version = await installation.trained({ snapshotId, modelName: 'bench', detector: { id: 'patchcore' } });
  const [{ projectId } = { projectId: '' }] = await services.models.byIds(everything, [version.modelId]);
  const bytes = await encodePng(surface(9, true, side));
  const question = { modelVersionId: version.id, bytes, withMap: false, station: 'bench' };
  const scores = new Set<number>();
  const measure = async (log: Log): Promise<Samples> => {
    const pictures = log === 'rows and pictures' ? { picturesPerDay: 1_000_000, otherShare: 1 } : { picturesPerDay: 0 };
    await services.predictionLog.setPolicy(everything, projectId, { isOn: log !== 'off', ...pictures });
    await services.predictionLog.flush();
    const taken = await samples({ warmUp: 3, measured: quick ? 10 : 60 }, async () => {
      scores.add((await services.predictions.predictSent(everything, question)).anomalyScore);
    });
    await services.predictionLog.flush();
    return taken;
  };
  const rows = await takeTurns(quick ? 2 : 5, [
    { name: 'without the log', measure: () => measure('off') },
    { name: 'with the log', goal: most, measure: () => measure('rows') },
    { name: 'with every picture', measure: () => measure('rows and pictures') },
  ]);
  const title = `Single predictions of a ${side}x${side} image by patchcore, through the database`;
  const same: Agreement = { text: 'the score, whatever is logged', ok: scores.size === 1 };
  return [
    { title, per: { what: 'images', count: 1 }, rows, agreements: [same, await logged(installation, projectId)] },
  ];
}

/** What was to be logged is there: fast by logging nothing must show. */
async function logged({ services, runtime }: Installation, projectId: string): Promise<Agreement> {
  const page = await services.predictionLog.page(everything, projectId, {}, { first: 200 });
  const pictured = page.nodes.filter(({ imageSha256 }) => imageSha256 !== null).length;
  const [counts] = await runtime.dataSource.query<{ predictions: number }[]>(
    'SELECT coalesce(sum(predictions), 0)::integer AS predictions FROM prediction_hour',
  );
  const total = await page.totalCount();
  const seconds = median(page.nodes.map(({ latencySeconds }) => latencySeconds ?? Infinity));
  const text = `${total} predictions logged and counted, some with pictures; median latency in the log ${(1000 * seconds).toFixed(1)} ms`;
  return { text, ok: total > 0 && total === counts!.predictions && pictured > 0 };
}

async function withInstallation<T>(work: (installation: Installation) => Promise<T>): Promise<T> {
  const home = mkdtempSync(path.join(tmpdir(), 'residua-bench-'));
  process.env['RESIDUA_LOG_LEVEL'] = 'warn';
  const postgres = await startEmbeddedPostgres(home);
  try {
    const dataSource = await createDataSource(postgres.url).initialize();
    await migrate(dataSource);
    await dataSource.destroy();
    const installation = await Installation.open(postgres.url);
    try {
      return await work(installation);
    } finally {
      await installation.stop();
    }
  } finally {
    await postgres.stop();
    for (const folder of [home, postgres.folder]) rmSync(folder, { recursive: true, force: true });
  }
}
