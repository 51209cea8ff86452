import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Signatures hold until the end of the next period, so that an address stays the same, and is cached, for a whole one. */
const periodSeconds = 12 * 3600;

/**
 * Addresses of files as the API gives them out. Where a token is asked for they are signed for 12 to 24 hours: an `<img>` and a link
 * send no token. Every process with the same token makes and takes the same signatures.
 */
export class FileAddresses {
  private readonly key: Buffer | undefined;

  /** @param publicUrl asked for late: the port may be chosen by the system. */
  constructor(
    apiToken: string | undefined,
    private readonly publicUrl: () => string,
    private readonly now: () => number = Date.now,
  ) {
    this.key =
      apiToken === undefined ? undefined : createHash('sha256').update(`file addresses of ${apiToken}`).digest();
  }

  /** @param path with a slash at its start, without a query. */
  of(path: string): string {
    const address = `${this.publicUrl()}${path}`;
    if (!this.key) return address;
    const until = (Math.floor(this.now() / 1000 / periodSeconds) + 2) * periodSeconds;
    return `${address}?until=${until}&signature=${this.signature(path, until).toString('base64url')}`;
  }

  /** Whether what a client asks for carries a signature that holds. @param target of the request: path and query. */
  allows(target: string): boolean {
    const [path = '', query = ''] = target.split('?', 2);
    const parameters = new URLSearchParams(query);
    const until = Number(parameters.get('until'));
    const signature = Buffer.from(parameters.get('signature') ?? '', 'base64url');
    if (!this.key || !Number.isSafeInteger(until) || until * 1000 < this.now()) return false;
    const expected = this.signature(path, until);
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  }

  private signature(path: string, until: number): Buffer {
    return createHmac('sha256', this.key!).update(`${path}\n${until}`).digest();
  }
}
