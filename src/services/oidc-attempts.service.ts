import type { DataSource } from 'typeorm';
import { digestOf, newSecret } from '../access/index.js';
import { OidcAttemptEntity } from '../database/entities/index.js';
import { FaultError } from '../shared/errors.js';
import { countAttempt, takeBackAttempt } from './access/signInLimits.js';

/** What the way back from the identity provider is checked against. */
export type OidcAttempt = Pick<OidcAttemptEntity, 'state' | 'nonce' | 'codeVerifier' | 'returnTo'>;

/** Sign-ins that are at the identity provider. Kept here, so that whichever API the browser comes back to knows what was asked. */
export class OidcAttemptsService {
  constructor(private readonly dataSource: DataSource) {}

  /** @param address where it is begun. @returns what the browser's cookie holds. @throws FaultError RATE_LIMITED for whoever begins many. */
  async keep(attempt: OidcAttempt, address: string): Promise<string> {
    await countAttempt(this.dataSource, 'begin', address);
    const browser = newSecret();
    await this.attempts.insert({ ...attempt, browserDigest: digestOf(browser) });
    return browser;
  }

  /**
   * What was asked for from a browser, once. Its row is gone: what was begun counts no longer, and many may sign in from one network.
   * @param address where the browser comes back.
   * @param seconds it may have taken.
   * @throws FaultError SIGN_IN_FAILED for a browser that did not ask, has been answered, or took too long.
   */
  async take(browser: string | undefined, address: string, seconds: number): Promise<OidcAttempt> {
    const [rows] = browser
      ? await this.dataSource.query<[(OidcAttempt & { isLate: boolean })[], number]>(
          `DELETE FROM oidc_attempt WHERE browser_digest = $1
           RETURNING state, nonce, code_verifier AS "codeVerifier", return_to AS "returnTo",
             created_at < now() - $2 * interval '1 second' AS "isLate"`,
          [digestOf(browser), seconds],
        )
      : [[]];
    const [found] = rows;
    if (found) await takeBackAttempt(this.dataSource, 'begin', address);
    if (found && !found.isLate) return found;
    const message = 'This sign-in was not begun in this browser, has ended, or took too long; begin again.';
    throw new FaultError('SIGN_IN_FAILED', message);
  }

  private get attempts() {
    return this.dataSource.getRepository(OidcAttemptEntity);
  }
}
