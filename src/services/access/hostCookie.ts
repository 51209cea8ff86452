import { parseCookie, stringifySetCookie } from 'cookie';

/** Whether browsers speak https with this server; behind a proxy the public address says it. */
function isSecure(publicUrl: string | undefined): boolean {
  return publicUrl?.startsWith('https:') ?? false;
}

/**
 * A cookie of this server. The prefix `__Host-` makes browsers take it over https from this very host alone, so that no neighbour below the
 * same domain can plant one. Over plain http, which a server with accounts speaks on its own machine only, not every browser would keep
 * such a cookie: there it has a name of its own, and is never taken where https is spoken.
 */
export class HostCookie {
  readonly name: string;
  private readonly secure: boolean;

  /** @param lifeSeconds after which the browser drops it; left out, when it closes. */
  constructor(
    name: string,
    publicUrl: string | undefined,
    private readonly lifeSeconds?: number,
  ) {
    this.secure = isSecure(publicUrl);
    this.name = this.secure ? `__Host-${name}` : name;
  }

  /** What it holds, or undefined. @param header `cookie` of a request. */
  in(header: string | undefined): string | undefined {
    return header?.includes(this.name) ? parseCookie(header)[this.name] || undefined : undefined;
  }

  /** Header `set-cookie` that puts a value into it. */
  holding(value: string): string {
    return this.write(value, this.lifeSeconds);
  }

  /** Header `set-cookie` that takes it away. */
  gone(): string {
    return this.write('', 0);
  }

  /** Lax: whoever comes back from the identity provider comes from another site. */
  private write(value: string, maxAge: number | undefined): string {
    const life = maxAge === undefined ? {} : { maxAge };
    return stringifySetCookie(this.name, value, {
      ...{ httpOnly: true, sameSite: 'lax', path: '/', secure: this.secure },
      ...life,
    });
  }
}

/** The cookie of a session. */
export function sessionCookie(publicUrl: string | undefined): HostCookie {
  return new HostCookie('residua', publicUrl);
}
