import { LRUCache } from 'lru-cache';
import {
  bearerToken,
  ServerTokenAuthenticator,
  tokenPrefix,
  type Authenticator,
  type Credentials,
  type Principal,
} from '../access/index.js';
import type { ResiduaConfig } from '../shared/config.js';
import { FaultError } from '../shared/errors.js';
import { createLogger } from '../shared/logger.js';
import { accessFaults } from './access/accessFaults.js';
import { sessionCookie, type HostCookie } from './access/hostCookie.js';
import type { Refusals } from './access/refusals.js';
import type { TokenGuesses } from './access/tokenGuesses.js';
import type { AccessTokensService } from './access-tokens.service.js';
import type { SessionsService } from './sessions.service.js';

/** Says who asks: by a token, by the session of a browser, by the server's own token, or because nobody is asked. */
export class AuthenticationService implements Authenticator {
  private readonly serverToken: ServerTokenAuthenticator;
  private readonly cookie: HostCookie;
  private readonly logger = createLogger('authentication');
  /** Addresses of which it was said within a minute. */
  private readonly saidBreakGlass = new LRUCache<string, true>({ max: 1_000, ttl: 60_000 });

  constructor(
    private readonly config: Pick<ResiduaConfig, 'apiToken' | 'oidc' | 'localAccounts' | 'publicUrl'>,
    private readonly tokens: AccessTokensService,
    private readonly sessions: SessionsService,
    private readonly refusals: Refusals,
    private readonly guesses: TokenGuesses,
  ) {
    this.serverToken = new ServerTokenAuthenticator(config.apiToken);
    this.cookie = sessionCookie(config.publicUrl);
  }

  /** Whether people sign in here. */
  get hasAccounts(): boolean {
    return this.config.localAccounts || this.config.oidc !== undefined;
  }

  /**
   * @throws FaultError UNAUTHENTICATED for whoever shows nothing, CREDENTIALS_AMBIGUOUS for a token beside a session; TOKEN_INVALID,
   * TOKEN_EXPIRED, TOKEN_REVOKED, TOKEN_ROTATED, SESSION_ENDED; RATE_LIMITED for whoever tries many tokens.
   */
  async authenticate(credentials: Credentials): Promise<Principal> {
    try {
      return await this.principalOf(credentials);
    } catch (error) {
      if (error instanceof FaultError) await this.refusals.record(credentials, error);
      throw error;
    }
  }

  private async principalOf(credentials: Credentials): Promise<Principal> {
    const { authorization, cookie, address } = credentials;
    const session = this.hasAccounts ? this.cookie.in(cookie) : undefined;
    if (authorization !== undefined && session !== undefined) throw accessFaults.ambiguous();
    if (session !== undefined) return this.sessions.principalOf(session);
    const token = bearerToken(authorization);
    if (token?.startsWith(tokenPrefix)) return this.guesses.ofRandom(address, () => this.tokens.principalOf(token));
    if (this.config.apiToken === undefined && this.hasAccounts) {
      if (authorization !== undefined) throw accessFaults.tokenInvalid();
      throw new FaultError('UNAUTHENTICATED', signInHint);
    }
    const look = () => this.serverToken.authenticate(credentials);
    const isAsked = token !== undefined && this.config.apiToken !== undefined;
    const principal = await (isAsked ? this.guesses.ofChosen(token, address, look) : look());
    if (this.hasAccounts) this.sayBreakGlass(address);
    return principal;
  }

  /** The token of the server's configuration is for emergencies where people have accounts: its use is no secret. */
  private sayBreakGlass(address: string): void {
    if (this.saidBreakGlass.has(address)) return;
    this.saidBreakGlass.set(address, true);
    this.logger.warn({ address }, "the server's own token was used, though people have accounts here");
  }

  /**
   * The same principal as its rights are now, for what goes on longer than a request.
   * @throws as {@link authenticate} when its token or session has ended since.
   */
  async stillHolds(principal: Principal): Promise<Principal> {
    const { via, endsAt } = principal;
    if (endsAt && endsAt <= new Date()) {
      throw via.kind === 'SESSION' ? accessFaults.sessionEnded() : accessFaults.tokenExpired(endsAt);
    }
    if (via.kind === 'TOKEN') return { ...(await this.tokens.again(via.id!)), endsAt };
    if (via.kind === 'SESSION') return this.sessions.again(via.id!);
    return principal;
  }
}

const signInHint =
  'Sign in at /sign-in with a browser, by "residua login" on a terminal, or send a token in the header "authorization: Bearer <token>".';
