import { LessThanOrEqual, MoreThan, type DataSource } from 'typeorm';
import { LoggedPredictionEntity, type SinkEntity } from '../../database/entities/index.js';
import type { DatabaseSignals } from '../../jobs/index.js';
import { LogDispatcher, type DeliverySource, type DeliveryTarget } from '../deliveries/logDispatcher.js';
import { outcomeOf } from './outcomeOf.js';
import type { SinkConnections } from './sinkConnections.js';
import { SinkHeartbeats } from './sinkHeartbeats.js';
import { verdictOf } from './verdictOf.js';

/** A line waits: short at first, then every minute for 28 hours; behind that the sink is paused. */
const usualPauses = [1, 2, 5, 10, 30, ...Array.from({ length: 28 * 60 }, () => 60)];

/** A logged prediction that has a number. */
type NumberedPrediction = LoggedPredictionEntity & { seq: number };

type HeldSink = DeliveryTarget & Pick<SinkEntity, 'plugin' | 'params' | 'secret' | 'stations'>;

/** Tells sinks of the predictions of their projects, and that they would be told. Every worker looks. */
export class SinkDispatcher extends LogDispatcher<HeldSink, NumberedPrediction> {
  private readonly heartbeats: SinkHeartbeats;

  /** @param pauses seconds between attempts. */
  constructor(
    dataSource: DataSource,
    signals: DatabaseSignals,
    private readonly connections: SinkConnections,
    pauses: readonly number[] = usualPauses,
  ) {
    super(dataSource, signals, verdictsForSinks(dataSource, connections, pauses));
    this.heartbeats = new SinkHeartbeats(dataSource, connections);
  }

  override start(): void {
    super.start();
    this.heartbeats.start();
  }

  override async stop(): Promise<void> {
    await Promise.all([super.stop(), this.heartbeats.stop()]);
    await this.connections.close();
  }
}

function verdictsForSinks(
  dataSource: DataSource,
  connections: SinkConnections,
  pauses: readonly number[],
): DeliverySource<HeldSink, NumberedPrediction> {
  const rows = dataSource.getRepository(LoggedPredictionEntity);
  return {
    table: 'sink',
    targets: {
      joins: 'JOIN logged_prediction_head head ON head.project_id = held.project_id',
      condition: 'held.paused_at IS NULL AND head.last_seq > held.last_seq',
      columns: `project_id AS "projectId", plugin, params, secret, stations, last_seq AS "lastSeq", failures,
        (SELECT last_seq FROM logged_prediction_head head WHERE head.project_id = sink.project_id) AS "headSeq"`,
    },
    channel: 'prediction_logged',
    ...{ pauses, longestPause: 0 },
    read: ({ projectId, lastSeq }, limit) =>
      rows.find({ where: { projectId, seq: MoreThan(lastSeq) }, order: { seq: 'ASC' }, take: limit }) as Promise<
        NumberedPrediction[]
      >,
    // Age takes the oldest ones; erasing takes any.
    isGap: ({ projectId, lastSeq }) => rows.existsBy({ projectId, seq: LessThanOrEqual(lastSeq) }),
    isMeant: ({ stations }, { station }) => stations === null || (station !== null && stations.includes(station)),
    messageId: (logged) => verdictOf(logged).id,
    deliver: (sink, logged) => outcomeOf(() => connections.deliver(sink, verdictOf(logged))),
    expired: (oldestSeq) => `the verdicts before number ${oldestSeq} are not in the log any more; replay it from there`,
  };
}
