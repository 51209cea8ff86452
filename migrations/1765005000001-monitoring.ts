import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Served predictions counted by hour, and alerts on them. */
export class Monitoring1765005000001 implements MigrationInterface {
  readonly name = 'Monitoring1765005000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [...tables, ...functions, ...triggers]) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of downStatements) await queryRunner.query(statement);
  }
}

const foreignKey = (table: string, column: string, to: string) =>
  `ALTER TABLE "${table}" ADD CONSTRAINT "FK_${table}_${to}"
     FOREIGN KEY ("${column}") REFERENCES "${to}"("id") ON DELETE CASCADE ON UPDATE NO ACTION`;

const tables = [
  `CREATE TABLE "prediction_hour" (
    "model_version_id" uuid NOT NULL,
    "hour" TIMESTAMP WITH TIME ZONE NOT NULL,
    "station" text NOT NULL,
    "project_id" uuid NOT NULL,
    "predictions" integer NOT NULL,
    "anomalous" integer NOT NULL,
    "score_sum" double precision NOT NULL,
    "normal_bins" integer array NOT NULL,
    "latency_bins" integer array NOT NULL,
    "last_at" TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT "PK_prediction_hour" PRIMARY KEY ("model_version_id", "hour", "station")
  )`,
  foreignKey('prediction_hour', 'project_id', 'project'),
  foreignKey('prediction_hour', 'model_version_id', 'model_version'),
  `CREATE INDEX "IDX_prediction_hour_hour" ON "prediction_hour" ("hour")`,
  `CREATE TABLE "monitoring_rule" (
    "model_id" uuid NOT NULL,
    "is_on" boolean NOT NULL,
    "window_hours" integer NOT NULL,
    "least_predictions" integer NOT NULL,
    "expected_anomaly_rate" double precision,
    "silence_minutes" integer,
    CONSTRAINT "PK_monitoring_rule" PRIMARY KEY ("model_id")
  )`,
  foreignKey('monitoring_rule', 'model_id', 'model'),
  `CREATE TABLE "monitoring_alert" (
    "id" uuid NOT NULL,
    "project_id" uuid NOT NULL,
    "model_id" uuid NOT NULL,
    "model_version_id" uuid NOT NULL,
    "station" text NOT NULL,
    "kind" text NOT NULL,
    "value" double precision NOT NULL,
    "lowest" double precision,
    "highest" double precision,
    "predictions" integer NOT NULL,
    "opened_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    "looked_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    "closed_at" TIMESTAMP WITH TIME ZONE,
    CONSTRAINT "PK_monitoring_alert" PRIMARY KEY ("id")
  )`,
  foreignKey('monitoring_alert', 'project_id', 'project'),
  foreignKey('monitoring_alert', 'model_id', 'model'),
  foreignKey('monitoring_alert', 'model_version_id', 'model_version'),
  `CREATE INDEX "IDX_monitoring_alert_project" ON "monitoring_alert" ("project_id", "id")`,
  `CREATE UNIQUE INDEX "IDX_monitoring_alert_open" ON "monitoring_alert" ("model_version_id", "station", "kind")
   WHERE closed_at IS NULL`,
];

/** Stations that are told apart in one hour of a version: names are the callers' own, and nothing else bounds their number. */
const mostStations = 50;

/** Scores between which a version's predictions are counted, at most. */
const mostEdges = 64;

/** Seconds between which latencies are counted: sixteen octaves from 1 ms in four steps each, so that a quantile is off by a tenth. */
const latencyEdges = Array.from({ length: 65 }, (_, step) => 0.001 * 2 ** (step / 4));

/** [signature, what it returns and how, body]. In plpgsql, which keeps its plans: they run for every batch of the log. */
const bodies: readonly (readonly [signature: string, returns: string, body: string])[] = [
  [
    'latency_edges()',
    'double precision[] LANGUAGE plpgsql IMMUTABLE',
    `BEGIN RETURN '{${latencyEdges.join(',')}}'::double precision[]; END`,
  ],
  // The version's own normal scores; evenly chosen where they are many.
  [
    'score_edges(of_version uuid)',
    'double precision[] LANGUAGE plpgsql STABLE',
    `BEGIN
      RETURN (SELECT coalesce(array_agg(score ORDER BY score), '{}') FROM (
        SELECT score, row_number() OVER (ORDER BY score) AS place, count(*) OVER () AS total FROM (
          SELECT DISTINCT given.score::double precision AS score
          FROM model_version, jsonb_array_elements_text(calibration -> 'imageScores') AS given (score) WHERE id = of_version
        ) AS distinct_scores
      ) AS placed
      WHERE total <= ${mostEdges} OR place * ${mostEdges} / total <> (place - 1) * ${mostEdges} / total);
    END`,
  ],
  [
    'bins_of(given double precision[], edges double precision[])',
    'integer[] LANGUAGE plpgsql IMMUTABLE',
    `DECLARE
      counts integer[] := array_fill(0, ARRAY[cardinality(edges) + 1]);
      one double precision;
      bin integer;
    BEGIN
      IF given IS NULL THEN RETURN counts; END IF;
      FOREACH one IN ARRAY given LOOP
        bin := width_bucket(one, edges) + 1;
        counts[bin] := counts[bin] + 1;
      END LOOP;
      RETURN counts;
    END`,
  ],
  [
    'add_bins(one integer[], other integer[])',
    'integer[] LANGUAGE plpgsql IMMUTABLE',
    `BEGIN
      IF cardinality(one) = 0 THEN RETURN other; END IF;
      FOR bin IN 1..cardinality(other) LOOP
        IF other[bin] <> 0 THEN one[bin] := coalesce(one[bin], 0) + other[bin]; END IF;
      END LOOP;
      RETURN one;
    END`,
  ],
  // Those of whole data sets are no production; rows that a backup brings back were counted before.
  [
    'predictions_were_logged()',
    'trigger LANGUAGE plpgsql',
    `BEGIN
      IF current_setting('residua.restoring', true) = 'on' THEN RETURN NULL; END IF;
      WITH asked AS (
        SELECT DISTINCT model_version_id, date_trunc('hour', at) AS hour, coalesce(station, '') AS station
        FROM added WHERE source <> 'DATASET' AND model_version_id IS NOT NULL
      ), placed AS (
        SELECT asked.*, CASE WHEN there.hour IS NOT NULL OR others.count + row_number() OVER (
                 PARTITION BY asked.model_version_id, asked.hour, there.hour IS NULL ORDER BY asked.station
               ) <= ${mostStations} THEN asked.station ELSE '' END AS place
        FROM asked
        LEFT JOIN prediction_hour there USING (model_version_id, hour, station)
        CROSS JOIN LATERAL (
          SELECT count(*) FROM prediction_hour one
          WHERE one.model_version_id = asked.model_version_id AND one.hour = asked.hour
        ) AS others
      )
      INSERT INTO prediction_hour AS known (model_version_id, hour, station, project_id, predictions, anomalous, score_sum,
                                            normal_bins, latency_bins, last_at)
      SELECT placed.model_version_id, placed.hour, placed.place, (array_agg(project_id))[1], count(*),
             count(*) FILTER (WHERE is_anomalous), sum(anomaly_score),
             bins_of(array_agg(anomaly_score) FILTER (WHERE NOT is_anomalous), score_edges(placed.model_version_id)),
             bins_of(array_agg(latency_seconds) FILTER (WHERE latency_seconds IS NOT NULL), latency_edges()), max(at)
      FROM added JOIN placed ON placed.model_version_id = added.model_version_id
        AND placed.hour = date_trunc('hour', added.at) AND placed.station = coalesce(added.station, '')
      WHERE added.source <> 'DATASET'
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
      ON CONFLICT (model_version_id, hour, station) DO UPDATE SET
        predictions = known.predictions + EXCLUDED.predictions, anomalous = known.anomalous + EXCLUDED.anomalous,
        score_sum = known.score_sum + EXCLUDED.score_sum,
        normal_bins = add_bins(known.normal_bins, EXCLUDED.normal_bins),
        latency_bins = add_bins(known.latency_bins, EXCLUDED.latency_bins),
        last_at = greatest(known.last_at, EXCLUDED.last_at);
      RETURN NULL;
    END`,
  ],
  [
    'alert_has_changed()',
    'trigger LANGUAGE plpgsql',
    `BEGIN
      PERFORM note_change(NEW.project_id, TG_ARGV[0],
                          jsonb_build_object('modelId', NEW.model_id, 'alertKind', NEW.kind), 1, ARRAY[NEW.id]);
      RETURN NULL;
    END`,
  ],
];

const functions = [
  ...bodies.map(([signature, returns, body]) => `CREATE FUNCTION ${signature} RETURNS ${returns} AS $$ ${body} $$`),
  `CREATE AGGREGATE sum_bins(integer[]) (SFUNC = add_bins, STYPE = integer[], INITCOND = '{}')`,
];

const triggers = [
  `CREATE TRIGGER predictions_were_logged AFTER INSERT ON "logged_prediction" REFERENCING NEW TABLE AS added
   FOR EACH STATEMENT EXECUTE FUNCTION predictions_were_logged()`,
  `CREATE TRIGGER alert_was_opened AFTER INSERT ON "monitoring_alert" FOR EACH ROW
   EXECUTE FUNCTION alert_has_changed('ALERT_OPENED')`,
  `CREATE TRIGGER alert_was_closed AFTER UPDATE OF "closed_at" ON "monitoring_alert" FOR EACH ROW
   WHEN (OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL) EXECUTE FUNCTION alert_has_changed('ALERT_CLOSED')`,
];

const downStatements = [
  `DROP TRIGGER predictions_were_logged ON "logged_prediction"`,
  ...['monitoring_alert', 'monitoring_rule', 'prediction_hour'].map((table) => `DROP TABLE "${table}"`),
  `DROP AGGREGATE sum_bins(integer[])`,
  ...bodies.map(([signature]) => `DROP FUNCTION ${signature}`).reverse(),
];
