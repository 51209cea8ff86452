/** What a browser does of HTTP: keeps cookies, follows redirections, says which page sent a form. No scripts, no pictures. */
export class PlainBrowser {
  readonly cookies = new Map<string, string>();

  constructor(readonly url: string) {}

  /** Follows links as if somebody clicked them. */
  async open(path: string): Promise<{ response: Response; page: string }> {
    return this.followed(await this.once(path, {}));
  }

  /** Sends a form of a page of the server. */
  async submit(path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
    const response = await this.once(path, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin', ...headers },
      body: new URLSearchParams(fields),
    });
    return this.followed(response);
  }

  /** One request, its redirection not followed. */
  async once(path: string, init: RequestInit): Promise<Response> {
    const address = new URL(path, this.url);
    const headers = new Headers(init.headers);
    if (address.origin === new URL(this.url).origin && this.cookies.size > 0) headers.set('cookie', this.cookieHeader);
    const response = await fetch(address, { ...init, headers, redirect: 'manual' });
    if (address.origin === new URL(this.url).origin) this.keep(response);
    return response;
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  private async followed(response: Response): Promise<{ response: Response; page: string }> {
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) {
      return { response, page: await response.text() };
    }
    await response.arrayBuffer();
    return this.followed(await this.once(new URL(location, response.url).href, {}));
  }

  private keep(response: Response): void {
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
      if (value === '' || /max-age=0/i.test(cookie)) this.cookies.delete(name!);
      else this.cookies.set(name!, value!);
    }
  }
}

/** The code of what a page says went wrong. */
export function codeOn(page: string): string | undefined {
  return /data-code="([A-Z_]+)"/.exec(page)?.[1];
}
