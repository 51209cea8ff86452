import type { DataSource } from 'typeorm';
import { createLogger } from '../../shared/logger.js';
import type { PredictionLogWriter } from '../prediction-log/predictionLogWriter.js';
import { disagreementOf, type Verdict } from './disagreement.js';

/** What a challenger said. */
export interface ShadowAnswer {
  predictionId: string;
  challengerId: string;
  /** Of the version that was asked. */
  verdict: Verdict;
  shadow: Verdict;
}

type Outcome = 'both_anomalous' | 'only_served' | 'only_shadow' | 'both_normal' | 'dropped' | 'failed';

/** Written together after so long. */
const pauseMilliseconds = 1_000;

/** Rows of one statement. */
const batchSize = 500;

/** What waits while the database is away, at most; answers beyond it are lost. */
const mostWaiting = 5_000;

/** Stores what challengers said, in batches behind the log of predictions. */
export class ShadowRecord {
  private readonly logger = createLogger('shadow');
  private answers: ShadowAnswer[] = [];
  private counts = new Map<string, Map<Outcome, number>>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly log: Pick<PredictionLogWriter, 'flush'>,
  ) {}

  add(answer: ShadowAnswer): void {
    const [served, shadow] = [answer.verdict.isAnomalous, answer.shadow.isAnomalous];
    if (this.answers.length < mostWaiting) this.answers.push(answer);
    if (served === shadow) this.count(answer.challengerId, served ? 'both_anomalous' : 'both_normal');
    else this.count(answer.challengerId, served ? 'only_served' : 'only_shadow');
  }

  count(challengerId: string, outcome: Outcome): void {
    const known = this.counts.get(challengerId) ?? new Map<Outcome, number>();
    known.set(outcome, (known.get(outcome) ?? 0) + 1);
    this.counts.set(challengerId, known);
    if (!this.isStopped) this.timer ??= setTimeout(() => void this.flush(), pauseMilliseconds).unref();
  }

  /** Writes what waits. What the database does not take now is written with the next batch. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.flush();
  }

  private async write(): Promise<void> {
    const { answers, counts } = this;
    if (answers.length === 0 && counts.size === 0) return;
    [this.answers, this.counts] = [[], new Map<string, Map<Outcome, number>>()];
    try {
      // What was said is stored with the prediction it is about.
      await this.log.flush();
      await this.dataSource.transaction(async (manager) => {
        for (let i = 0; i < answers.length; i += batchSize) {
          await manager.query(insertAnswers, [JSON.stringify(answers.slice(i, i + batchSize).map(rowOf))]);
        }
        for (const [challengerId, outcomes] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
          await manager.query(addCounts, [challengerId, ...outcomeNames.map((name) => outcomes.get(name) ?? 0)]);
        }
      });
    } catch (error) {
      this.logger.warn({ err: error, answers: answers.length }, 'answers of challengers could not be stored yet');
      this.answers = [...answers, ...this.answers].slice(0, mostWaiting);
      for (const [challengerId, outcomes] of counts) {
        for (const [outcome, count] of outcomes) for (let i = 0; i < count; i++) this.count(challengerId, outcome);
      }
    }
  }
}

const outcomeNames: readonly Outcome[] = [
  ...(['both_anomalous', 'only_served', 'only_shadow', 'both_normal', 'dropped', 'failed'] as const),
];

function rowOf({ predictionId, challengerId, verdict, shadow }: ShadowAnswer) {
  return {
    ...{ prediction_id: predictionId, model_version_id: challengerId, anomaly_score: shadow.anomalyScore },
    ...{ is_anomalous: shadow.isAnomalous, image_threshold: shadow.imageThreshold },
    ...{ differs: verdict.isAnomalous !== shadow.isAnomalous, disagreement: disagreementOf(verdict, shadow) },
  };
}

/** Of predictions that were logged, and challengers that are still there. */
const insertAnswers = `
  INSERT INTO shadow_prediction (prediction_id, model_version_id, anomaly_score, is_anomalous, image_threshold, differs, disagreement)
  SELECT given.prediction_id, given.model_version_id, given.anomaly_score, given.is_anomalous, given.image_threshold, given.differs,
         given.disagreement
  FROM jsonb_to_recordset($1::jsonb) AS given (prediction_id uuid, model_version_id uuid, anomaly_score double precision,
    is_anomalous boolean, image_threshold double precision, differs boolean, disagreement double precision)
  JOIN logged_prediction ON logged_prediction.id = given.prediction_id
  JOIN model_version ON model_version.id = given.model_version_id
  ON CONFLICT (prediction_id) DO NOTHING`;

const addCounts = `
  INSERT INTO shadow_count AS known (model_version_id, ${outcomeNames.join(', ')})
  SELECT id, ${outcomeNames.map((_, i) => `$${i + 2}::integer`).join(', ')} FROM model_version WHERE id = $1
  ON CONFLICT (model_version_id) DO UPDATE SET ${outcomeNames.map((name) => `${name} = known.${name} + EXCLUDED.${name}`).join(', ')}`;
