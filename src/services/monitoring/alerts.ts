import { IsNull, type DataSource, type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { MonitoringAlertEntity } from '../../database/entities/index.js';
import type { Judgement } from './judge.js';
import { usualRule } from './rule.js';

/** A judgement and what it is about. */
export interface Judged extends Judgement {
  projectId: string;
  modelId: string;
  modelVersionId: string;
  station: string;
  predictions: number;
}

/**
 * Opens alerts that are judged so, keeps the open ones up to date and closes those that are over: judged so, no longer judged by the
 * model's rule, of a version that nobody has asked for the whole window, or a silence of a version that was asked before another one.
 * While scores drift, a drift of the distances says nothing new: it is not opened, and closed if it was.
 * @param judged of each version and station scores before distances.
 * @returns how many were opened and closed.
 */
export async function settleAlerts(dataSource: DataSource, judged: readonly Judged[], now: Date) {
  return dataSource.transaction(async (manager) => {
    const open = await manager.find(MonitoringAlertEntity, { where: { closedAt: IsNull() }, order: { id: 'ASC' } });
    const openBy = new Map(open.map((alert) => [keyOf(alert), alert]));
    const done = { opened: 0, closed: 0 };
    const drifting = new Set<string>();
    for (const given of judged) {
      const alert = openBy.get(keyOf(given));
      openBy.delete(keyOf(given));
      const isTold = given.kind === 'BANK_DRIFT' && drifting.has(placeOf(given));
      const one = isTold ? { ...given, verdict: 'CLOSE' as const } : given;
      const stays = one.verdict === 'OPEN' || (alert && one.verdict === 'HOLD');
      if (one.kind === 'SCORE_DRIFT' && stays) drifting.add(placeOf(one));
      if (!alert) done.opened += one.verdict === 'OPEN' ? await openAlert(manager, one, now) : 0;
      else {
        const { value, lowest, highest, predictions } = one;
        const closedAt = one.verdict === 'CLOSE' ? now : null;
        await manager.update(
          MonitoringAlertEntity,
          { id: alert.id },
          {
            ...{ value, lowest, highest, predictions, lookedAt: now, closedAt },
          },
        );
        if (closedAt) done.closed += 1;
      }
    }
    for (const alert of openBy.values()) if (await isOver(manager, alert, now)) done.closed += 1;
    return done;
  });
}

/** A version that was deleted in this moment is not alerted of. @returns how many were opened. */
async function openAlert(manager: EntityManager, judged: Judged, now: Date): Promise<number> {
  const { projectId, modelId, modelVersionId, station, kind, value, lowest, highest, predictions } = judged;
  const inserted = await manager.query<unknown[]>(
    `INSERT INTO monitoring_alert (id, project_id, model_id, model_version_id, station, kind, value, lowest, highest, predictions,
                                   opened_at, looked_at)
     SELECT $1, $2, $3, id, $5, $6, $7, $8, $9, $10, $11, $11 FROM model_version WHERE id = $4 FOR KEY SHARE RETURNING id`,
    [uuid(), projectId, modelId, modelVersionId, station, kind, value, lowest, highest, predictions, now],
  );
  return inserted.length;
}

/** Closes an alert of which there is nothing to judge any more. A window with a few predictions, too few to judge, leaves it open. */
async function isOver(manager: EntityManager, { id, kind }: MonitoringAlertEntity, now: Date): Promise<boolean> {
  const [, closed] = await manager.query<[unknown[], number]>(
    `UPDATE monitoring_alert alert SET closed_at = $2, looked_at = $2 WHERE id = $1 AND (
       $3 OR NOT coalesce((SELECT is_on FROM monitoring_rule rule WHERE rule.model_id = alert.model_id), true)
       OR NOT EXISTS (
         SELECT FROM prediction_hour WHERE model_version_id = alert.model_version_id AND station = alert.station
           AND hour > $2::timestamptz - interval '1 hour' * coalesce(
             (SELECT window_hours FROM monitoring_rule rule WHERE rule.model_id = alert.model_id), ${usualRule.windowHours})))`,
    // A model that may be silent now, or of which another version was asked.
    [id, now, kind === 'NO_PREDICTIONS'],
  );
  return closed > 0;
}

type Place = Pick<Judged, 'modelVersionId' | 'station'>;

function keyOf({ kind, ...place }: Place & Pick<Judged, 'kind'>): string {
  return `${kind} ${placeOf(place)}`;
}

function placeOf({ modelVersionId, station }: Place): string {
  return `${modelVersionId} ${station}`;
}
