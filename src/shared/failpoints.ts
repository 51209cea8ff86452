/** Places where a test can make a process fail, named after what has just happened or is about to. */
export const failpoints = [
  'claim.after_commit',
  'event.before_commit',
  'checkpoint.after_tmp',
  'checkpoint.after_rename',
  'checkpoint.after_db',
  'finish.before_commit',
  'finish.after_commit',
] as const;
export type Failpoint = (typeof failpoints)[number];

export const failpointActions = ['kill', 'throw'] as const;
/** `kill`: this process dies at once, as by `kill -9`; `throw`: the call throws, once. */
export type FailpointAction = (typeof failpointActions)[number];

const armed = new Map<Failpoint, FailpointAction>();

/** Arms failpoints for this process, instead of those armed before. Read from `RESIDUA_FAILPOINTS`; never in production. */
export function armFailpoints(actions: Readonly<Partial<Record<Failpoint, FailpointAction>>>): void {
  armed.clear();
  for (const [name, action] of Object.entries(actions)) armed.set(name as Failpoint, action);
}

/** Fails here when somebody armed this failpoint; each fails once. @throws Error naming the failpoint. */
export function failpoint(name: Failpoint): void {
  const action = armed.get(name);
  if (!action) return;
  armed.delete(name);
  if (action === 'kill') process.kill(process.pid, 'SIGKILL');
  throw new Error(`failpoint ${name}`);
}
