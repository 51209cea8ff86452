/**
 * Ends its process as soon as that takes more memory than it may. Plain JavaScript in a thread of its own: a thread starts from
 * a file, which nothing translates when Residua runs from source, and a decoder does not hold it up.
 */
import { workerData } from 'node:worker_threads';

const lookMilliseconds = 20;

setInterval(() => {
  if (process.memoryUsage.rss() > workerData.maximumBytes) process.kill(process.pid, 'SIGUSR2');
}, lookMilliseconds);
