import { accepted, EvaluateModelDocument, present, type Split } from '../../../src/client/index.js';
import { client } from '../../api/session.js';
import { waitWithShare, type JobShare } from '../../api/waitWithShare.js';

/** What a version is measured on. */
export interface Measuring {
  modelVersionId: string;
  snapshotId: string;
  split: Split;
}

/** Measures a version. @param onShare is told how far it is. @throws RefusedError, and JobFailedError of the evaluation. */
export async function measure(input: Measuring, onShare: (share: JobShare) => void): Promise<void> {
  const payload = accepted((await client.request(EvaluateModelDocument, { input })).evaluateModel);
  await waitWithShare(present(payload.evaluation, 'evaluation').id, onShare);
}
