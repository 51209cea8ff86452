import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far images are from the memory bank is logged and counted. */
export class BankDistance1765005105000 implements MigrationInterface {
  readonly name = 'BankDistance1765005105000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "logged_prediction" ADD "bank_distance" double precision`);
    await queryRunner.query(`ALTER TABLE "prediction_hour" ADD "bank_bins" integer array NOT NULL DEFAULT '{}'`);
    await queryRunner.query(bankEdges);
    await queryRunner.query(counting(true));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(counting(false));
    await queryRunner.query(`DROP FUNCTION bank_edges(of_version uuid)`);
    await queryRunner.query(`ALTER TABLE "prediction_hour" DROP COLUMN "bank_bins"`);
    await queryRunner.query(`ALTER TABLE "logged_prediction" DROP COLUMN "bank_distance"`);
  }
}

/** The distances of the version's own normal images; evenly chosen where they are many, as `score_edges` chooses scores. */
const bankEdges = `CREATE FUNCTION bank_edges(of_version uuid) RETURNS double precision[] LANGUAGE plpgsql STABLE AS $$ BEGIN
  RETURN (SELECT coalesce(array_agg(distance ORDER BY distance), '{}') FROM (
    SELECT distance, row_number() OVER (ORDER BY distance) AS place, count(*) OVER () AS total FROM (
      SELECT DISTINCT given.distance::double precision AS distance
      FROM model_version, jsonb_array_elements_text(calibration -> 'bankDistances') AS given (distance) WHERE id = of_version
    ) AS distinct_distances
  ) AS placed
  WHERE total <= 64 OR place * 64 / total <> (place - 1) * 64 / total);
END $$`;

/** Those of images called normal. Workers of before tell none. */
const bankBins = `bins_of(array_agg(bank_distance) FILTER (WHERE NOT is_anomalous AND bank_distance IS NOT NULL),
                     bank_edges(placed.model_version_id)),`;

/** The trigger that counts predictions, as before but for the distances. @param isThere whether there are columns for these. */
const counting = (isThere: boolean) => `
  CREATE OR REPLACE FUNCTION predictions_were_logged() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF current_setting('residua.restoring', true) = 'on' THEN RETURN NULL; END IF;
  WITH asked AS (
    SELECT DISTINCT model_version_id, date_trunc('hour', at) AS hour, coalesce(station, '') AS station
    FROM added WHERE source <> 'DATASET' AND model_version_id IS NOT NULL
  ), placed AS (
    SELECT asked.*, CASE WHEN there.hour IS NOT NULL OR others.count + row_number() OVER (
             PARTITION BY asked.model_version_id, asked.hour, there.hour IS NULL ORDER BY asked.station
           ) <= 50 THEN asked.station ELSE '' END AS place
    FROM asked
    LEFT JOIN prediction_hour there USING (model_version_id, hour, station)
    CROSS JOIN LATERAL (
      SELECT count(*) FROM prediction_hour one
      WHERE one.model_version_id = asked.model_version_id AND one.hour = asked.hour
    ) AS others
  )
  INSERT INTO prediction_hour AS known (model_version_id, hour, station, project_id, predictions, anomalous, score_sum,
                                        normal_bins, ${isThere ? 'bank_bins, ' : ''}latency_bins, last_at)
  SELECT placed.model_version_id, placed.hour, placed.place, (array_agg(project_id))[1], count(*),
         count(*) FILTER (WHERE is_anomalous), sum(anomaly_score),
         bins_of(array_agg(anomaly_score) FILTER (WHERE NOT is_anomalous), score_edges(placed.model_version_id)),
         ${isThere ? bankBins : ''}
         bins_of(array_agg(latency_seconds) FILTER (WHERE latency_seconds IS NOT NULL), latency_edges()), max(at)
  FROM added JOIN placed ON placed.model_version_id = added.model_version_id
    AND placed.hour = date_trunc('hour', added.at) AND placed.station = coalesce(added.station, '')
  WHERE added.source <> 'DATASET'
  GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
  ON CONFLICT (model_version_id, hour, station) DO UPDATE SET
    predictions = known.predictions + EXCLUDED.predictions, anomalous = known.anomalous + EXCLUDED.anomalous,
    score_sum = known.score_sum + EXCLUDED.score_sum,
    normal_bins = add_bins(known.normal_bins, EXCLUDED.normal_bins),
    ${isThere ? 'bank_bins = add_bins(known.bank_bins, EXCLUDED.bank_bins),' : ''}
    latency_bins = add_bins(known.latency_bins, EXCLUDED.latency_bins),
    last_at = greatest(known.last_at, EXCLUDED.last_at);
  RETURN NULL;
END $$`;
