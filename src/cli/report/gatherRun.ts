import {
  EvaluationReportDocument,
  nodeOf,
  present,
  RefusedError,
  type EvaluatedImage,
  type EvaluationReport,
  type ReportedTrainingFragment,
  type ResiduaClient,
} from '../../client/index.js';
import { evaluatedImages, gatherGallery } from './gallery.js';
import type { ReportRun } from './report.js';

/** What the server does not know of a run, because whoever asks watched it. */
export interface WatchedRun {
  /** Distinct among the runs of a page. */
  name: string;
  seconds: ReportRun['seconds'];
  peakRssBytes: NonNullable<ReportRun['peakRssBytes']>;
}

/** A run as the page shows it, with what the head of the page says of all. */
export interface GatheredRun {
  run: ReportRun;
  dataset: { name: string; train: number; normal: number; anomalous: number };
  /** Split and snapshot, by its content. */
  measuredOn: string;
}

/**
 * Asks the API for everything the page shows of one evaluation.
 * @param perGroup most pictures of each kind.
 * @throws RefusedError NOT_FOUND, CONFLICT for an evaluation that has not completed.
 */
export async function gatherRun(
  client: ResiduaClient,
  evaluationId: string,
  perGroup: number,
  watched?: WatchedRun,
): Promise<GatheredRun> {
  const evaluation = await completedEvaluation(client, evaluationId);
  const { modelVersion: version } = evaluation;
  const training = version.trainingRun;
  const images = await evaluatedImages(client, evaluationId);
  const count = (label: EvaluatedImage['image']['label']) => images.filter(({ image }) => image.label === label).length;
  const run: ReportRun = {
    name: watched?.name ?? `${version.model.name}@${version.version}`,
    configuration: configurationOf(training),
    settings: Object.entries({ ...training.settings, ...training.detector.params }).map(([name, value]) => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
    metrics: present(evaluation.metrics, `metrics of ${evaluationId}`),
    imagesWithoutMask: evaluation.imagesWithoutMask,
    byDefectType: evaluation.byDefectType,
    curves: {
      roc: evaluation.rocCurve,
      precisionRecall: evaluation.precisionRecallCurve,
      pro: evaluation.proCurve,
    },
    loss: training.metricHistory,
    seconds: watched?.seconds ?? [...secondsOf('training', training), ...secondsOf('evaluation', evaluation)],
    peakRssBytes: watched?.peakRssBytes,
    gallery: await gatherGallery(client, images, perGroup),
  };
  const { snapshot, split } = evaluation;
  const train = training.snapshot.counts.train;
  const dataset = { name: snapshot.dataset.name, train, normal: count('NORMAL'), anomalous: count('ANOMALOUS') };
  const known = evaluation.imagesTrainedOn ? `, ${evaluation.imagesTrainedOn} of its images trained on` : '';
  return { run, dataset, measuredOn: `${split} of ${dataset.name} as of ${snapshot.digest.slice(0, 12)}${known}` };
}

async function completedEvaluation(client: ResiduaClient, id: string): Promise<EvaluationReport> {
  const evaluation = nodeOf((await client.request(EvaluationReportDocument, { id })).node, `evaluation ${id}`);
  if (evaluation.state === 'COMPLETED') return evaluation;
  const message = `evaluation ${id} is ${evaluation.state}: only a completed one can be shown`;
  throw new RefusedError([{ code: 'CONFLICT', message, item: id }]);
}

function configurationOf(training: ReportedTrainingFragment): [string, string][] {
  const { detector, featureExtractor, supervision, preset, seed, settings, environment } = training;
  const { steps } = detector.params;
  const trains = training.metricHistory.length > 0 && steps !== undefined;
  return [
    ['detector', `${detector.name} ${detector.version}`],
    ['feature extractor', featureExtractor ? `${featureExtractor.name} ${featureExtractor.version}` : 'none'],
    ['supervision', supervision.toLowerCase().replace('_', '-')],
    ['preset', preset ?? 'none'],
    ['image size', `${settings.imageSize} x ${settings.imageSize}`],
    ...(trains ? [['steps', JSON.stringify(steps)] as [string, string]] : []),
    ['seed', String(seed)],
    ['compute', environmentText(environment)],
  ];
}

/** `onnxruntime 1.30.0, device cpu, threads 2`. */
function environmentText({ engine, version, reason: _reason, ...rest }: Record<string, unknown>): string {
  const name = [engine, version].filter((part) => part !== undefined).map(String);
  const parts = [name.join(' '), ...Object.entries(rest).map(([key, value]) => `${key} ${String(value)}`)];
  return parts.filter(Boolean).join(', ');
}

function secondsOf(
  name: string,
  { startedAt, finishedAt }: { startedAt: string | null; finishedAt: string | null },
): ReportRun['seconds'] {
  if (startedAt === null || finishedAt === null) return [];
  return [[name, (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000]];
}
