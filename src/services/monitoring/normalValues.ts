/** Of a version's normal images, those its thresholds were chosen on: what its predictions are compared with. */
export interface NormalValues {
  /** Between which scores, and distances to the memory bank, are counted, ascending; empty where the version keeps none. */
  scoreEdges: number[];
  bankEdges: number[];
  /** Of the images whose score is below the threshold. */
  normalScores: number[];
  normalDistances: number[];
}

/** SQL of {@link NormalValues} of a row `version`. */
export const normalValueColumns = `
  score_edges(version.id) AS "scoreEdges", bank_edges(version.id) AS "bankEdges", ARRAY(
    SELECT given.score::double precision FROM jsonb_array_elements_text(version.calibration -> 'imageScores') AS given (score)
    WHERE given.score::double precision < coalesce(version.image_threshold, 'Infinity')
  ) AS "normalScores", ARRAY(
    SELECT bank.distance::double precision
    FROM jsonb_array_elements_text(version.calibration -> 'imageScores') WITH ORDINALITY AS given (score, place)
    JOIN jsonb_array_elements_text(version.calibration -> 'bankDistances') WITH ORDINALITY AS bank (distance, place) USING (place)
    WHERE given.score::double precision < coalesce(version.image_threshold, 'Infinity')
  ) AS "normalDistances"`;
