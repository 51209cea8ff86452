import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type DatasetInfo,
  EvaluationCurvesDocument,
  nodeOf,
  MetricHistoryDocument,
  type ResiduaClient,
  ServerInfoDocument,
} from '../../client/index.js';
import { gatherGallery } from '../report/gallery.js';
import type { Report, ReportRun } from '../report/report.js';
import type { RunResult } from './result.js';
import type { FinishedRun } from './trainAndEvaluate.js';

/** A run with what `result.json` says of it. */
export interface ReportedRun {
  finished: FinishedRun;
  result: RunResult;
}

/** What was measured, on what. */
export interface ReportSubject {
  datasetName: string;
  counts: DatasetInfo['counts'];
  excluded: readonly string[];
  /** Defective images that were moved to training. */
  trainAnomalous: number;
}

/** Gathers by the API what the page shows and writes `report.html`; returns its path. */
export async function writeReport(
  client: ResiduaClient,
  subject: ReportSubject,
  runs: readonly ReportedRun[],
  folder: string,
): Promise<string> {
  const { server } = await client.request(ServerInfoDocument);
  // Four pictures a row; the page stays under 5 MB whatever the number of runs.
  const perGroup = Math.max(1, Math.min(4, Math.floor(12 / runs.length)));
  const reportRuns: ReportRun[] = [];
  for (const run of runs) reportRuns.push(await reportRun(client, run, perGroup));
  const { counts, trainAnomalous } = subject;
  const testAnomalous = counts.anomalous - trainAnomalous;
  const report: Report = {
    title: `${runs.map(({ result }) => result.detector).join(' and ')} on ${subject.datasetName}`,
    createdAt: new Date(),
    server,
    dataset: {
      name: subject.datasetName,
      excluded: subject.excluded,
      trainNormal: counts.train - trainAnomalous,
      trainAnomalous,
      testNormal: counts.test - testAnomalous,
      testAnomalous,
    },
    runs: reportRuns,
  };
  const { reportPage } = await import('../report/page.js');
  const file = join(folder, 'report.html');
  await writeFile(file, reportPage(report));
  return file;
}

async function reportRun(client: ResiduaClient, run: ReportedRun, perGroup: number): Promise<ReportRun> {
  const { finished, result } = run;
  const id = finished.evaluationId;
  const curves = nodeOf((await client.request(EvaluationCurvesDocument, { id })).node, id);
  const loss = nodeOf(
    (await client.request(MetricHistoryDocument, { id: finished.run.id, name: 'loss' })).node,
    finished.run.id,
  );
  const { seconds } = result;
  return {
    name: result.detector,
    configuration: configurationOf(run, loss.metricHistory.length > 0),
    settings: Object.entries(finished.settings).map(([name, value]) => [name, String(value)] as const),
    metrics: finished.metrics,
    byDefectType: finished.byDefectType,
    curves: { roc: curves.rocCurve, precisionRecall: curves.precisionRecallCurve, pro: curves.proCurve },
    loss: loss.metricHistory,
    seconds: [
      ['import', seconds.import],
      ['feature extraction', seconds.features],
      ['memory bank', seconds.memoryBank],
      ['training', seconds.training],
      ['evaluation', seconds.evaluation],
      ['total', seconds.total],
    ],
    peakRssBytes: result.peakRssBytes,
    gallery: await gatherGallery(client, id, perGroup),
  };
}

function configurationOf(
  { finished: { run, settings, environment }, result }: ReportedRun,
  trains: boolean,
): [string, string][] {
  return [
    ['detector', `${run.detector.name} ${run.detector.version}`],
    ...(run.featureExtractor
      ? [['feature extractor', `${run.featureExtractor.name} ${run.featureExtractor.version}`] as [string, string]]
      : []),
    ['supervision', result.supervision],
    ['preset', result.preset],
    ['image size', `${settings.imageSize} x ${settings.imageSize}`],
    ...(trains ? [['steps', String(settings.steps)] as [string, string]] : []),
    ['seed', String(result.seed)],
    ['compute', environmentText(environment)],
  ];
}

/** `onnxruntime 1.30.0, device cpu, threads 2`. */
function environmentText({ engine, version, reason: _reason, ...rest }: Record<string, unknown>): string {
  const name = [engine, version].filter((part) => part !== undefined).map(String);
  const parts = [name.join(' '), ...Object.entries(rest).map(([key, value]) => `${key} ${String(value)}`)];
  return parts.filter(Boolean).join(', ');
}
