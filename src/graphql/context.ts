import { randomUUID } from 'node:crypto';
import type { Principal } from '../access/index.js';
import type { Services } from '../services/index.js';
import { logContext, type Logger } from '../shared/logger.js';
import type { Problem } from '../shared/errors.js';
import { createLoaders, type Loaders } from './loaders.js';
import type { FileAddresses } from './transport/fileAddresses.js';

/** What resolvers see: made per HTTP request and per WebSocket operation. */
export interface GraphqlContext {
  services: Services;
  /** Who asks. */
  principal: Principal;
  /** The client's, as far as proxies are trusted. */
  address: string;
  /** Batches and remembers reads within this operation; renewed after each mutation. */
  loaders: Loaders;
  /** In every log line of this operation. */
  requestId: string;
  logger: Logger;
  /** What clients put before paths, without trailing slash. */
  publicUrl: string;
  /** Of the files that are given out. */
  addresses: FileAddresses;
  /** `traceparent` that the client sent. */
  traceParent: string | undefined;
  /** Aborted when whoever asked is gone and nobody will read the answer; it says so. */
  caller: AbortSignal;
  /** What is wrong with the texts of the mutation that runs; `payload` answers it. */
  problemsOfTexts: readonly Problem[];
}

/** What a transport knows of an operation beside its text. */
export type Caller = Pick<GraphqlContext, 'principal' | 'address' | 'caller'> &
  Partial<Pick<GraphqlContext, 'traceParent'>>;

export type ContextFactory = (caller: Caller) => GraphqlContext;

/** The one factory of HTTP and WebSocket. @param publicUrl asked for late: the port may be chosen by the system. */
export function contextFactory(
  services: Services,
  logger: Logger,
  addresses: FileAddresses,
  publicUrl: () => string,
): ContextFactory {
  return ({ principal, address, caller, traceParent }) => {
    const requestId = logContext().requestId ?? randomUUID();
    return {
      services,
      principal,
      address,
      loaders: createLoaders(services),
      requestId,
      logger: logger.child({ requestId }),
      publicUrl: publicUrl(),
      addresses,
      traceParent,
      caller,
      problemsOfTexts: [],
    };
  };
}
