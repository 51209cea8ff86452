import { randomUUID } from 'node:crypto';
import DataLoader from 'dataloader';
import { everything, scopeOf, type AccessScope, type Principal } from '../access/index.js';
import type { Reference } from '../services/owners.service.js';
import type { Services } from '../services/index.js';
import { logContext, type Logger } from '../shared/logger.js';
import type { Problem } from '../shared/errors.js';
import { createLoaders, type Loaders } from './loaders.js';
import type { FileAddresses } from './transport/fileAddresses.js';

/** What resolvers see: made per HTTP request and per WebSocket operation. */
export interface GraphqlContext {
  services: Services;
  /** Who asks. */
  readonly principal: Principal;
  /** The client's, as far as proxies are trusted. */
  readonly address: string;
  /** What may be read: for a root field what its permission opens, for what lies below it what READ opens. */
  readonly scope: AccessScope;
  /** Whether there are projects that the caller may not read. */
  readonly isBounded: boolean;
  /** UUIDs of the projects of what a subscription is about; undefined where nothing was looked up. */
  concerns: readonly string[] | undefined;
  /** To which project something belongs, whoever asks. */
  owners: DataLoader<Reference, string | undefined, string>;
  /** Batches and remembers reads within this operation. */
  readonly loaders: Loaders;
  /** Forgets what was read before a mutation changed it. @param principal with its rights as they are now, when those changed. */
  renew(principal?: Principal): void;
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
  readonly caller: AbortSignal;
  /** What is wrong with the mutation that runs before its resolver sees it; `payload` answers it. */
  problemsBefore: readonly Problem[];
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
    return new OperationContext(principal, {
      ...{ services, address, caller, requestId, addresses, traceParent },
      logger: logger.child({ requestId }),
      publicUrl: publicUrl(),
    });
  };
}

type Surroundings = Pick<
  GraphqlContext,
  'services' | 'address' | 'caller' | 'requestId' | 'addresses' | 'traceParent' | 'logger' | 'publicUrl'
>;

/** Apollo Server works on a copy of the context it is given, so what may change within an operation stands in an object of its own. */
class OperationContext implements GraphqlContext {
  declare services: Services;
  declare address: string;
  declare caller: AbortSignal;
  declare requestId: string;
  declare addresses: FileAddresses;
  declare traceParent: string | undefined;
  declare logger: Logger;
  declare publicUrl: string;
  concerns: readonly string[] | undefined = undefined;
  problemsBefore: readonly Problem[] = [];
  // In an object: what a guard puts before this context for one field shares it.
  private readonly made: { rights: Rights; owners?: GraphqlContext['owners'] };

  constructor(principal: Principal, surroundings: Surroundings) {
    Object.assign(this, surroundings);
    this.made = { rights: new Rights(surroundings.services, principal) };
  }

  get owners(): GraphqlContext['owners'] {
    return (this.made.owners ??= ownersLoader(this.services));
  }

  get principal(): Principal {
    return this.made.rights.principal;
  }

  get scope(): AccessScope {
    return this.made.rights.scope;
  }

  get isBounded(): boolean {
    return this.made.rights.scope !== everything;
  }

  get loaders(): Loaders {
    return this.made.rights.loaders;
  }

  renew(principal: Principal = this.principal): void {
    this.made.rights = new Rights(this.services, principal);
  }
}

/** What somebody may read, and what of it was read. */
class Rights {
  readonly scope: AccessScope;
  private batched: Loaders | undefined;

  constructor(
    private readonly services: Services,
    readonly principal: Principal,
  ) {
    this.scope = scopeOf(principal, 'READ');
  }

  /** Made when something is read: many operations read nothing. */
  get loaders(): Loaders {
    return (this.batched ??= createLoaders(this.services, this.scope));
  }
}

function ownersLoader({ owners }: Services): GraphqlContext['owners'] {
  return new DataLoader((references) => owners.projectsOf(references), {
    cacheKeyFn: ({ type, id }) => `${type} ${id}`,
  });
}
