import { crc32 } from 'node:zlib';

/** The parts of a token. */
export interface AccessToken {
  /** UUID: the token is found by it. */
  id: string;
  /** 64 hexadecimal digits. */
  secret: string;
}

/** What tokens begin with. Scanners for leaked secrets find them by `rsd_[0-9a-f]{104}`. */
export const tokenPrefix = 'rsd_';

/** `rsd_`, id, secret and a checksum (CRC-32 of all before it), so that a token is told from a random text without asking anybody. */
export function writeToken({ id, secret }: AccessToken): string {
  const text = `${tokenPrefix}${id.replaceAll('-', '')}${secret}`;
  return text + checksumOf(text);
}

/** The parts of a token, or undefined for what is none: of another form, or not complete. */
export function readToken(text: string): AccessToken | undefined {
  const [, body, hex, secret, checksum] = /^(rsd_([0-9a-f]{32})([0-9a-f]{64}))([0-9a-f]{8})$/.exec(text) ?? [];
  if (body === undefined || checksumOf(body) !== checksum) return undefined;
  return { id: hex!.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), secret: secret! };
}

function checksumOf(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
