import { everything, permissionsOf, scopeOf, type Authenticator, type Principal } from '../../access/index.js';
import { FaultError } from '../../shared/errors.js';
import type { Logger } from '../../shared/logger.js';

/** How long somebody's rights are taken as they were, when no signal says that they changed. */
const everyMilliseconds = 60_000;

/** Longest time a timer of Node can wait. */
const longestTimeout = 2 ** 31 - 1;

/** An operation that runs on a socket. */
export interface WatchedOperation {
  /** UUIDs of the projects of what it was asked about; undefined where nothing was looked up, as the caller saw everything. */
  concerns: readonly string[] | undefined;
  /** Answers from now on as the principal may see. */
  renew(principal: Principal): void;
}

/** A socket whose opener was known. */
export interface WatchedSocket {
  principal: Principal;
  operations(): ReadonlyMap<string, WatchedOperation>;
  /** Ends one operation with FORBIDDEN. */
  forbid(id: string): void;
  /** Closes the socket: its session or token is over. */
  expel(code: string): void;
}

/** Tells when somebody's rights may have changed: the UUID of a principal, or nothing for anybody. Returns what ends it. */
export type AccessSignals = (changed: (principalId: string | undefined) => void) => () => void;

/**
 * Looks again at who opened a socket: when a signal says that rights have changed, when the session or token ends, and every minute.
 * Sockets of the same session share a look.
 */
export class AccessWatch {
  private readonly sockets = new Set<WatchedSocket>();
  private readonly stopListening: () => void;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly authenticator: Authenticator,
    signals: AccessSignals,
    private readonly logger: Logger,
  ) {
    this.stopListening = signals((id) => void this.look(id || undefined));
    this.timer = setInterval(() => void this.look(undefined), everyMilliseconds);
    this.timer.unref();
  }

  /** Watches a socket from now on. @returns what ends it. */
  add(socket: WatchedSocket): () => void {
    this.sockets.add(socket);
    const end = socket.principal.endsAt?.getTime();
    const wait = end === undefined ? undefined : Math.min(Math.max(end - Date.now(), 0), longestTimeout);
    const timer = wait === undefined ? undefined : setTimeout(() => void this.lookAt([socket]), wait);
    return () => {
      clearTimeout(timer);
      this.sockets.delete(socket);
    };
  }

  stop(): void {
    this.stopListening();
    clearInterval(this.timer);
  }

  private async look(principalId: string | undefined): Promise<void> {
    const groups = new Map<string, WatchedSocket[]>();
    for (const socket of this.sockets) {
      const { id, via } = socket.principal;
      if (principalId !== undefined && id !== principalId) continue;
      const key = `${id} ${via.kind} ${via.id}`;
      groups.set(key, [...(groups.get(key) ?? []), socket]);
    }
    for (const group of groups.values()) await this.lookAt(group);
  }

  /** @param sockets of one session or token. */
  private async lookAt(sockets: readonly WatchedSocket[]): Promise<void> {
    try {
      const principal = await this.authenticator.stillHolds(sockets[0]!.principal);
      for (const socket of sockets) adopt(socket, principal);
    } catch (error) {
      if (!(error instanceof FaultError))
        return this.logger.warn({ err: error }, 'whose rights hold could not be read');
      for (const socket of sockets) socket.expel(error.code);
    }
  }
}

function adopt(socket: WatchedSocket, principal: Principal): void {
  socket.principal = principal;
  const scope = scopeOf(principal, 'READ');
  for (const [id, operation] of socket.operations()) {
    operation.renew(principal);
    const mayGoOn = operation.concerns?.every((project) => permissionsOf(principal, project).has('READ'));
    if (!(mayGoOn ?? scope === everything)) socket.forbid(id);
  }
}
