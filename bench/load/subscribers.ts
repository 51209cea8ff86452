import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { SubscribersReport, SubscribersTask } from './subscribersChild.js';

/** Opens subscribers in a process of their own. @returns, once all of them follow, the promise of what they saw. */
export async function subscribe(task: SubscribersTask): Promise<{ report: Promise<SubscribersReport> }> {
  const child = fork(fileURLToPath(new URL('subscribersChild.ts', import.meta.url)), {
    execArgv: ['--conditions=residua-source', '--import', 'tsx'],
  });
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the subscribers ended with ${code}`)));
  ended.catch(() => undefined);
  child.send(task);
  await Promise.race([once(child, 'message'), ended]);
  const report = Promise.race([once(child, 'message'), ended]).then(([message]) => {
    child.kill();
    return message as SubscribersReport;
  });
  return { report };
}
