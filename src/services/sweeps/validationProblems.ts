import type { EntityManager } from 'typeorm';
import type { SweepMetric } from '../../database/entities/index.js';
import type { Problem } from '../../shared/errors.js';
import { insufficient } from '../training/dataProblems.js';

const needsMasks: readonly SweepMetric[] = ['PIXEL_AP', 'PRO'];

/** What the validation split of a snapshot lacks for trials to be judged on it. */
export async function validationProblems(
  manager: EntityManager,
  { snapshotId, metric }: { snapshotId: string; metric: SweepMetric },
): Promise<Problem[]> {
  const [counts] = await manager.query<{ normal: number; anomalous: number; masked: number }[]>(
    `SELECT count(*) FILTER (WHERE frozen.label = 'NORMAL')::integer AS normal,
            count(*) FILTER (WHERE frozen.label = 'ANOMALOUS')::integer AS anomalous,
            count(*) FILTER (WHERE frozen.label = 'ANOMALOUS' AND EXISTS (
              SELECT FROM annotation WHERE annotation.id = ANY(frozen.annotation_ids) AND annotation.kind = 'PIXEL'
            ))::integer AS masked
     FROM snapshot_image frozen JOIN image ON image.id = frozen.image_id
     WHERE frozen.snapshot_id = $1 AND frozen.split = 'VALIDATION' AND image.erased_at IS NULL`,
    [snapshotId],
  );
  const { normal, anomalous, masked } = counts!;
  if (normal === 0 || anomalous === 0) {
    const found = `${normal} normal and ${anomalous} anomalous images in split VALIDATION; trials are judged on both`;
    return [insufficient(`${found}: divide the data set anew, e.g. by "residua split <dataset> 60/20/20"`)];
  }
  if (masked > 0 || !needsMasks.includes(metric)) return [];
  return [insufficient(`no anomalous image with a mask in split VALIDATION, which ${metric} needs`)];
}
