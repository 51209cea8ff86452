import { accepted, EvaluateModelDocument, present, type Split } from '../../../src/client/index.js';
import { client } from '../../api/session.js';
import { waitWithShare } from '../../api/waitWithShare.js';

/** What a version is measured on. */
export interface Measuring {
  modelVersionId: string;
  snapshotId: string;
  split: Split;
}

/** Measures a version. @param onShare is told how much of it is done, of 1. @throws RefusedError, and JobFailedError of the evaluation. */
export async function measure(input: Measuring, onShare: (share: number) => void): Promise<void> {
  const payload = accepted((await client.request(EvaluateModelDocument, { input })).evaluateModel);
  await waitWithShare(present(payload.evaluation, 'evaluation').id, onShare);
}
