export { forgetCheckpoints, type StoredCheckpoint } from './checkpoints.js';
export { EventRetention } from './eventRetention.js';
export { type AbortCause, JobAborted } from './jobAborted.js';
export { cursorExpired, JobEventFeed } from './jobEventFeed.js';
export { JobEventLog } from './jobEventLog.js';
export { JobQueue, type JobQueueOptions, type NewJob } from './jobQueue.js';
export type { JobHandler, JobProgress, JobRun } from './jobRun.js';
export { DatabaseSignals } from './signals.js';
export { WorkerCalls } from './workerCalls.js';
