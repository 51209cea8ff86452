import type { DataSource, EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { RetrainingReason } from '../../database/entities/index.js';
import { PeriodicLook } from '../../jobs/index.js';

/** A model that has a rule, and the version that is trained again: the champion, or the newest. */
interface WatchedModel {
  projectId: string;
  modelId: string;
  modelVersionId: string;
  snapshotId: string;
  datasetId: string;
  neededLabels: number | null;
  onDrift: boolean;
  /** What was decided last about this version. */
  decidedLabels: number | null;
  decidedAt: Date | null;
}

/**
 * Proposes trainings where the rule of a model says so, every ten minutes; starts none.
 * @returns a look that gives how many were proposed.
 */
export function retrainingLook(dataSource: DataSource): PeriodicLook<number> {
  return new PeriodicLook(dataSource, {
    name: 'retraining',
    // "retr" in ASCII.
    lock: 0x72657472,
    pauseMilliseconds: 10 * 60_000,
    aim: 'proposing trainings',
    work: async () => {
      const models = await dataSource.query<WatchedModel[]>(watchedStatement);
      let proposed = 0;
      for (const model of models) proposed += (await propose(dataSource.manager, model)) ? 1 : 0;
      return proposed;
    },
    remark: (proposed) => (proposed > 0 ? 'proposed trainings' : undefined),
  });
}

async function propose(manager: EntityManager, model: WatchedModel): Promise<boolean> {
  const [count] = await manager.query<{ count: number }[]>(newLabelsStatement, [model.datasetId, model.snapshotId]);
  const newLabels = count!.count;
  const reasons: RetrainingReason[] = [];
  // Who has decided knew of those that were there then.
  const more = newLabels - (model.decidedLabels ?? 0);
  if (model.neededLabels !== null && more >= model.neededLabels) reasons.push('NEW_LABELS');
  if (model.onDrift && (await hasDrifted(manager, model))) reasons.push('SCORE_DRIFT');
  if (reasons.length === 0) return false;
  const { projectId, modelId, modelVersionId, datasetId } = model;
  const inserted = await manager.query<unknown[]>(
    `INSERT INTO retraining_proposal (id, project_id, model_id, model_version_id, dataset_id, reasons, new_labels, state)
     SELECT $1, $2, $3, version.id, dataset.id, $6, $7, 'OPEN' FROM model_version version, dataset
     WHERE version.id = $4 AND dataset.id = $5 ON CONFLICT DO NOTHING RETURNING id`,
    [uuid(), projectId, modelId, modelVersionId, datasetId, reasons, newLabels],
  );
  return inserted.length > 0;
}

async function hasDrifted(manager: EntityManager, { modelVersionId, decidedAt }: WatchedModel): Promise<boolean> {
  const alerts = await manager.query<unknown[]>(
    `SELECT FROM monitoring_alert WHERE model_version_id = $1 AND kind = 'SCORE_DRIFT' AND closed_at IS NULL
       AND opened_at > coalesce($2::timestamptz, '-infinity') LIMIT 1`,
    [modelVersionId, decidedAt],
  );
  return alerts.length > 0;
}

/** Models with a rule and without an open proposal. */
const watchedStatement = `
  SELECT model.project_id AS "projectId", model.id AS "modelId", version.id AS "modelVersionId", version.snapshot_id AS "snapshotId",
         snapshot.dataset_id AS "datasetId", rule.new_labels AS "neededLabels", rule.on_drift AS "onDrift",
         decided.new_labels AS "decidedLabels", decided.decided_at AS "decidedAt"
  FROM retraining_rule rule JOIN model ON model.id = rule.model_id
  CROSS JOIN LATERAL (
    SELECT one.id, one.snapshot_id FROM model_version one
    LEFT JOIN model_alias alias ON alias.model_version_id = one.id AND alias.name = 'champion'
    WHERE one.model_id = model.id ORDER BY alias.name NULLS LAST, one.version DESC LIMIT 1
  ) AS version
  JOIN snapshot ON snapshot.id = version.snapshot_id
  LEFT JOIN LATERAL (
    SELECT new_labels, decided_at FROM retraining_proposal
    WHERE model_version_id = version.id AND state <> 'OPEN' ORDER BY id DESC LIMIT 1
  ) AS decided ON true
  WHERE (rule.new_labels IS NOT NULL OR rule.on_drift)
    AND NOT EXISTS (SELECT FROM retraining_proposal WHERE model_id = model.id AND state = 'OPEN')`;

/** Training images of the data set now whose label is another one than in the snapshot: new, changed, or drawn in more detail. */
const newLabelsStatement = `
  SELECT count(*)::integer AS count FROM image
  LEFT JOIN snapshot_image frozen ON frozen.image_id = image.id AND frozen.snapshot_id = $2
  WHERE image.dataset_id = $1 AND image.removed_at IS NULL AND image.split = 'TRAIN' AND image.label <> 'UNLABELLED'
    AND (frozen.image_id IS NULL OR frozen.label <> image.label OR EXISTS (
      SELECT FROM annotation WHERE annotation.image_id = image.id AND annotation.created_at > (
        SELECT created_at FROM snapshot WHERE id = $2)))`;
