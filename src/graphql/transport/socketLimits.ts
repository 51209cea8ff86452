import { GraphQLError } from 'graphql';
import type { WebSocket } from 'ws';
import { networkOf, type Principal } from '../../access/index.js';
import { countRefused } from '../../access/refusedByLimit.js';
import { FaultError } from '../../shared/errors.js';
import type { RateLimits } from './rateLimits.js';

/** Limits on the sockets of networks, and on what is asked over them. */
export class SocketLimits {
  /** Sockets that each network has open. */
  private readonly open = new Map<string, number>();

  /** @param most sockets of one network; not on an open server. */
  constructor(
    private readonly rates: RateLimits,
    private readonly most: number,
  ) {}

  /** Counts the opening of a socket. @returns why it must not be opened now. */
  ofOpening(address: string): FaultError | undefined {
    const tooOften = refusalOf(() => this.rates.countAddress(address));
    if (tooOften || this.rates.isOpen || (this.open.get(networkOf(address)) ?? 0) < this.most) return tooOften;
    countRefused('rate', 'sockets');
    return new FaultError('RATE_LIMITED', `${this.most} WebSockets of this address are open already; close one first.`);
  }

  /** Counts a socket until it closes. */
  add(address: string, socket: WebSocket): void {
    const network = networkOf(address);
    this.open.set(network, (this.open.get(network) ?? 0) + 1);
    socket.once('close', () => {
      const left = this.open.get(network)! - 1;
      if (left > 0) this.open.set(network, left);
      else this.open.delete(network);
    });
  }

  /** Counts an operation. @returns why the opener of the socket must wait. */
  ofOperation(address: string, principal: Principal): GraphQLError | undefined {
    const originalError = refusalOf(() => {
      this.rates.countAddress(address);
      this.rates.countPrincipal(principal);
    });
    return originalError && new GraphQLError(originalError.message, { originalError });
  }
}

function refusalOf(count: () => void): FaultError | undefined {
  try {
    count();
    return undefined;
  } catch (error) {
    if (error instanceof FaultError) return error;
    throw error;
  }
}
