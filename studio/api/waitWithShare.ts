import { waitForJob } from '../../src/client/index.js';
import { client } from './session.js';

/** Waits for the end of a job. @param onShare is told how much of it is done, of 1. @throws RefusedError with its failure. */
export async function waitWithShare(jobId: string, onShare: (share: number) => void): Promise<void> {
  await waitForJob(client, jobId, (event) => {
    if (event.__typename === 'MetricsReported') onShare(event.step / event.totalSteps);
  });
}
