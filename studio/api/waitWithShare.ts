import { JobWaitsForDocument, waitForJob } from '../../src/client/index.js';
import { client } from './session.js';

/** How far a job is that somebody waits for. */
export interface JobShare {
  /** Of 1. */
  done: number;
  /** The worker it waits for, while none is alive that may take it. */
  waitingFor: string | null;
}

/** Of a job that was just asked for. */
export const noShare: JobShare = { done: 0, waitingFor: null };

/** Milliseconds between two looks at whether a worker is there. */
const look = 2_000;

/** Waits for the end of a job. @param onShare is told how far it is. @throws RefusedError with its failure. */
export async function waitWithShare(jobId: string, onShare: (share: JobShare) => void): Promise<void> {
  let share = noShare;
  const tell = (next: Partial<JobShare>) => onShare((share = { ...share, ...next }));
  const looking = setInterval(() => {
    waitingFor(jobId).then(
      (worker) => tell({ waitingFor: worker }),
      // The events find out by themselves when the server is back.
      () => undefined,
    );
  }, look);
  try {
    await waitForJob(client, jobId, (event) => {
      if (event.__typename === 'MetricsReported') tell({ done: event.step / event.totalSteps });
    });
  } finally {
    clearInterval(looking);
  }
}

async function waitingFor(id: string): Promise<string | null> {
  const { node } = await client.request(JobWaitsForDocument, { id });
  return node && 'waitingFor' in node ? node.waitingFor : null;
}
