import { createHmac, timingSafeEqual } from 'node:crypto';

/** Signatures hold until the end of the next period, so that an address stays the same, and is cached, for a whole one. */
const periodSeconds = 12 * 3600;

/** What an address with a signature that holds opens. */
export interface OpenedAddress {
  /** UUID of the project that must still have the file; undefined where the address alone is enough. */
  projectId: string | undefined;
}

/**
 * Addresses of files as the API gives them out. Where it is asked who one is they are signed for 12 to 24 hours: an `<img>` and a link
 * send no token. Every process with the same key makes and takes the same signatures.
 */
export class FileAddresses {
  /**
   * @param key undefined where nobody is asked: addresses are plain.
   * @param publicUrl asked for late: the port may be chosen by the system.
   */
  constructor(
    private readonly key: Buffer | undefined,
    private readonly publicUrl: () => string,
    private readonly now: () => number = Date.now,
  ) {}

  get areSigned(): boolean {
    return this.key !== undefined;
  }

  /**
   * @param path with a slash at its start, without a query.
   * @param projectId UUID: the file is given out as this project's, while the project has it. Left out for what no row names.
   */
  of(path: string, projectId?: string): string {
    const address = `${this.publicUrl()}${path}`;
    if (!this.key) return address;
    const until = (Math.floor(this.now() / 1000 / periodSeconds) + 2) * periodSeconds;
    const query = new URLSearchParams({ ...(projectId && { project: projectId }), until: String(until) });
    query.set('signature', this.signature(path, projectId, until).toString('base64url'));
    return `${address}?${query.toString()}`;
  }

  /** What the address that a client asks for opens; undefined without a signature that holds. @param target of the request: path and query. */
  opened(target: string): OpenedAddress | undefined {
    const [path = '', query = ''] = target.split('?', 2);
    const parameters = new URLSearchParams(query);
    const projectId = parameters.get('project') ?? undefined;
    const until = Number(parameters.get('until'));
    const signature = Buffer.from(parameters.get('signature') ?? '', 'base64url');
    if (!this.key || !Number.isSafeInteger(until) || until * 1000 < this.now()) return undefined;
    const expected = this.signature(path, projectId, until);
    return signature.length === expected.length && timingSafeEqual(signature, expected) ? { projectId } : undefined;
  }

  private signature(path: string, projectId = '', until: number): Buffer {
    return createHmac('sha256', this.key!).update(`${path}\n${projectId}\n${until}`).digest();
  }
}
