import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';

type PrivateKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

/** How an issuer lies, for the next ID token. */
export interface Lies {
  claims?: JWTPayload;
  /** Seconds by which its clock goes ahead. */
  clockAhead?: number;
  /** Signs with a key that nobody has published. */
  foreignKey?: boolean;
}

/** Who signs in next. */
export type Somebody = { sub: string } & JWTPayload;

/**
 * A small real OpenID Connect issuer over HTTP: discovery, authorize (whoever asks is `somebody`, without a page), token with PKCE and client
 * secret, keys, end of session.
 */
export class Issuer {
  somebody: Somebody = { sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com', email_verified: true };
  lies: Lies = {};
  private readonly codes = new Map<string, { query: URLSearchParams; claims: Somebody }>();

  private constructor(
    readonly url: string,
    readonly clientId: string,
    readonly clientSecret: string,
    private readonly server: ReturnType<typeof createServer>,
    private readonly keys: { own: PrivateKey; foreign: PrivateKey; published: object },
  ) {}

  static async start(): Promise<Issuer> {
    const own = await generateKeyPair('RS256');
    const foreign = await generateKeyPair('RS256');
    const published = { keys: [{ ...(await exportJWK(own.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }] };
    const server = createServer((request, response) => void issuer.answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const keys = { own: own.privateKey, foreign: foreign.privateKey, published };
    const issuer: Issuer = new Issuer(url, 'residua', 'a-secret-of-this-test', server, keys);
    return issuer;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** A logout token as it is sent over the back channel. */
  logoutToken(claims: JWTPayload, lies: Lies = {}): Promise<string> {
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
    return this.sign({ events, jti: randomBytes(8).toString('hex'), ...claims }, lies);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url!, this.url);
    const json = (body: object, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (pathname === '/.well-known/openid-configuration') return void json(this.metadata());
    if (pathname === '/keys') return void json(this.keys.published);
    if (pathname === '/authorize') return this.authorize(searchParams, response);
    if (pathname === '/token') {
      const answer = await this.token(request, new URLSearchParams(await text(request)));
      return void json(answer, 'error' in answer ? 400 : 200);
    }
    json({ error: 'not_found' }, 404);
  }

  private metadata() {
    const at = (path: string) => `${this.url}${path}`;
    return {
      ...{
        issuer: this.url,
        authorization_endpoint: at('/authorize'),
        token_endpoint: at('/token'),
        jwks_uri: at('/keys'),
      },
      ...{ end_session_endpoint: at('/end'), response_types_supported: ['code'], subject_types_supported: ['public'] },
      ...{ id_token_signing_alg_values_supported: ['RS256'], code_challenge_methods_supported: ['S256'] },
    };
  }

  private authorize(query: URLSearchParams, response: ServerResponse): void {
    const code = randomBytes(16).toString('hex');
    this.codes.set(code, { query, claims: this.somebody });
    const back = new URL(query.get('redirect_uri')!);
    back.searchParams.set('code', code);
    back.searchParams.set('state', query.get('state')!);
    response.writeHead(302, { location: back.href }).end();
  }

  private async token(request: IncomingMessage, body: URLSearchParams): Promise<object> {
    const asked = this.codes.get(body.get('code') ?? '');
    this.codes.delete(body.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url');
    const basic = `Basic ${Buffer.from(`${this.clientId}:${encodeURIComponent(this.clientSecret)}`).toString('base64')}`;
    const knowsSecret = request.headers.authorization === basic || body.get('client_secret') === this.clientSecret;
    if (!asked || !knowsSecret || challenge !== asked.query.get('code_challenge')) return { error: 'invalid_grant' };
    const id_token = await this.sign({ nonce: asked.query.get('nonce'), ...asked.claims }, this.lies);
    return { access_token: randomBytes(16).toString('hex'), token_type: 'Bearer', expires_in: 60, id_token };
  }

  private sign(payload: JWTPayload, { claims = {}, clockAhead = 0, foreignKey = false }: Lies): Promise<string> {
    const now = Math.floor(Date.now() / 1000) + clockAhead;
    const whole = { iss: this.url, aud: this.clientId, iat: now, exp: now + 300, ...payload, ...claims };
    return new SignJWT(whole)
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .sign(foreignKey ? this.keys.foreign : this.keys.own);
  }
}
