import type { ServerResponse } from 'node:http';
import { FaultError } from '../../shared/errors.js';

/** Aborted when the client has gone away before it had its answer. */
export function callerOf(response: ServerResponse): AbortSignal {
  const caller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) caller.abort(goneAway());
  });
  return caller.signal;
}

/** Who waits for the operations of one WebSocket: each until its client completes it, and all until the socket closes. */
export class Callers {
  private readonly waiting = new Map<string, AbortController>();

  /** Aborted when nobody waits for the operation of this id any more. */
  of(id: string): AbortSignal {
    const caller = new AbortController();
    this.waiting.get(id)?.abort(goneAway());
    this.waiting.set(id, caller);
    return caller.signal;
  }

  /** Everybody else is gone. @param running ids of the operations that run. */
  keep(running: Iterable<string>): void {
    const kept = new Set(running);
    for (const [id, caller] of this.waiting) {
      if (kept.has(id)) continue;
      this.waiting.delete(id);
      caller.abort(goneAway());
    }
  }
}

function goneAway(): FaultError {
  return new FaultError('BAD_REQUEST', 'The client has gone away.');
}
