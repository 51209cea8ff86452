import { createRemoteJWKSet, jwtVerify, type JWTPayload } from 'jose';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  clockTolerance,
  discovery,
  enableNonRepudiationChecks,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type Configuration,
  type IDToken,
} from 'openid-client';
import type { ProvidedPerson } from '../../../services/people.service.js';
import type { OidcSettings } from '../../../shared/config.js';
import { FaultError } from '../../../shared/errors.js';
import type { Logger } from '../../../shared/logger.js';

/** What clocks may differ by, seconds. */
const toleranceSeconds = 30;

/** Seconds the provider may take to answer. */
const patienceSeconds = 10;

/** What must be kept between sending somebody away and taking them back. */
export interface AuthorizationRequest {
  url: URL;
  state: string;
  nonce: string;
  codeVerifier: string;
}

/** What a provider said about somebody, and what a sign-out there needs. */
export interface ProvidedSession {
  person: ProvidedPerson;
  idToken: string;
  /** The provider's name for its own session. */
  session: string | undefined;
}

/** The identity provider: authorization code flow with PKCE, state and nonce (OpenID Connect Core 1.0, section 3.1). */
export class IdentityProvider {
  private found: Promise<Configuration> | undefined;
  private keys: ReturnType<typeof createRemoteJWKSet> | undefined;

  constructor(
    private readonly settings: OidcSettings,
    private readonly logger: Logger,
  ) {}

  /** Host of the issuer, for people to read. */
  get name(): string {
    return new URL(this.settings.issuer).host;
  }

  /** Where to send somebody. @throws FaultError SERVICE_UNAVAILABLE. */
  async authorization(redirectUri: string): Promise<AuthorizationRequest> {
    const configuration = await this.configuration();
    const [state, nonce, codeVerifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
    const url = buildAuthorizationUrl(configuration, {
      ...{ redirect_uri: redirectUri, scope: ['openid', ...this.settings.scopes].join(' '), state, nonce },
      ...{ code_challenge: await calculatePKCECodeChallenge(codeVerifier), code_challenge_method: 'S256' },
    });
    return { url, state, nonce, codeVerifier };
  }

  /**
   * Who came back. Signature, issuer, audience, times, nonce and state are checked by openid-client.
   * @param address whole, as the browser was sent to.
   * @throws FaultError SIGN_IN_FAILED, its reason in the log; SERVICE_UNAVAILABLE.
   */
  async exchange(
    address: URL,
    { state, nonce, codeVerifier }: Omit<AuthorizationRequest, 'url'>,
  ): Promise<ProvidedSession> {
    const configuration = await this.configuration();
    const tokens = await authorizationCodeGrant(configuration, address, {
      ...{ expectedState: state, expectedNonce: nonce, pkceCodeVerifier: codeVerifier, idTokenExpected: true },
    }).catch((error: unknown) => this.refuse(error));
    const claims = tokens.claims()!;
    if (claims.iat > Date.now() / 1000 + toleranceSeconds)
      return this.refuse(new Error('the ID token is of the future'));
    return { person: this.personOf(claims), idToken: tokens.id_token!, session: textOf(claims['sid']) };
  }

  /** Where to send somebody to sign out there too, or undefined where the provider has no such address. */
  async endSession(idToken: string, returnTo: string): Promise<URL | undefined> {
    const configuration = await this.configuration();
    if (!configuration.serverMetadata().end_session_endpoint) return undefined;
    return buildEndSessionUrl(configuration, { id_token_hint: idToken, post_logout_redirect_uri: returnTo });
  }

  /**
   * Reads a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.6).
   * @throws FaultError SIGN_IN_FAILED for one that is not from the provider, or not for us.
   */
  async readLogoutToken(
    token: string,
  ): Promise<{ issuer: string; session: string | undefined; subject: string | undefined }> {
    const { payload } = await this.verify(token).catch((error: unknown) => this.refuse(error));
    const { iss, events, nonce, sub, sid } = payload as JWTPayload & {
      events?: Record<string, unknown>;
      nonce?: unknown;
    };
    const isLogout = typeof events?.['http://schemas.openid.net/event/backchannel-logout'] === 'object';
    if (!isLogout || nonce !== undefined || !(sub || sid)) {
      return this.refuse(new Error('a logout token needs the event and a subject or session, and has no nonce'));
    }
    return { issuer: iss!, session: textOf(sid), subject: sub };
  }

  private async verify(token: string) {
    const { issuer, jwks_uri: keys } = (await this.configuration()).serverMetadata();
    this.keys ??= createRemoteJWKSet(new URL(keys!), { timeoutDuration: patienceSeconds * 1000 });
    return jwtVerify(token, this.keys, {
      ...{ issuer, audience: this.settings.clientId, clockTolerance: toleranceSeconds, maxTokenAge: '10m' },
      requiredClaims: ['iat', 'jti'],
    });
  }

  /** Asked for when first needed, and again after a failure: the provider may start after this server. */
  private configuration(): Promise<Configuration> {
    this.found ??= this.discover().catch((error: unknown) => {
      this.found = undefined;
      this.logger.warn({ err: error, issuer: this.settings.issuer }, 'the identity provider does not answer');
      throw new FaultError(
        'SERVICE_UNAVAILABLE',
        `The identity provider ${this.name} does not answer; try again later.`,
      );
    });
    return this.found;
  }

  private discover(): Promise<Configuration> {
    const { issuer, clientId, clientSecret } = this.settings;
    const url = new URL(issuer);
    // The configuration lets plain http through for this machine alone.
    // The signature is checked as well: by itself the library trusts the connection the token came over.
    const execute = [enableNonRepudiationChecks, ...(url.protocol === 'http:' ? [allowInsecureRequests] : [])];
    const metadata = { client_secret: clientSecret, [clockTolerance]: toleranceSeconds };
    return discovery(url, clientId, metadata, undefined, { execute, timeout: patienceSeconds });
  }

  private personOf(claims: IDToken): ProvidedPerson {
    const groups = claims[this.settings.groupsClaim];
    return {
      ...{ issuer: claims.iss, subject: claims.sub },
      name: textOf(claims['name']) ?? textOf(claims['preferred_username']),
      email: textOf(claims['email']),
      emailVerified: claims['email_verified'] === true,
      groups: Array.isArray(groups) ? groups.filter((group) => typeof group === 'string') : [],
    };
  }

  /** To the client every reason is the same; the log has it, without the tokens. */
  private refuse(error: unknown): never {
    const { name, message, code } = error as Error & { code?: string };
    this.logger.warn({ error: { name, message, code }, issuer: this.settings.issuer }, 'a sign-in was refused');
    const hint = 'The identity provider and this server do not agree about this sign-in; begin again.';
    throw new FaultError('SIGN_IN_FAILED', hint);
  }
}

function textOf(claim: unknown): string | undefined {
  return typeof claim === 'string' && claim !== '' ? claim : undefined;
}
