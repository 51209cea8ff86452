import { accepted, DeriveLabelsDocument } from '../../../src/client/index.js';
import { client } from '../../api/session.js';
import type { DrawnImage } from './kinds.js';

/** What became of the cheaper labels of an image. */
export interface DerivedLabels {
  made: ('BOX' | 'BLOCK')[];
  /** Somebody drew those: they stay. */
  left: ('BOX' | 'BLOCK')[];
}

/** Makes boxes and blocks of the mask that an image has. @throws RefusedError */
export async function deriveLabels({ id, dataset }: DrawnImage): Promise<DerivedLabels> {
  const labels: DerivedLabels = { made: [], left: [] };
  for (const to of ['BOX', 'BLOCK'] as const) {
    const input = { datasetId: dataset.id, imageIds: [id], from: 'PIXEL' as const, to };
    const { skipped } = accepted((await client.request(DeriveLabelsDocument, { input })).deriveAnnotations);
    labels[skipped > 0 ? 'left' : 'made'].push(to);
  }
  return labels;
}
