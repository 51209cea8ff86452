import type { DataSource } from 'typeorm';
import { In } from 'typeorm';
import { PredictionLogPolicyEntity } from '../../database/entities/index.js';

/** What a project logs of its predictions, see `PredictionLogPolicyEntity`. */
export type PredictionLogPolicy = Omit<PredictionLogPolicyEntity, 'projectId' | 'project'>;

/** Of a project that has chosen nothing: what was said is kept for a month, and no pictures. */
export const usualPolicy: PredictionLogPolicy = {
  isOn: true,
  retentionDays: 30,
  mostPredictions: 100_000,
  nearThreshold: 0.2,
  otherShare: 0.01,
  picturesPerDay: 0,
};

/** The policies of projects, in the order of `ids`. */
export async function policiesOf(dataSource: DataSource, ids: readonly string[]): Promise<PredictionLogPolicy[]> {
  const rows = await dataSource.getRepository(PredictionLogPolicyEntity).findBy({ projectId: In([...ids]) });
  const byId = new Map(rows.map((row) => [row.projectId, row]));
  return ids.map((id) => byId.get(id) ?? usualPolicy);
}
