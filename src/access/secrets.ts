import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits as hexadecimal digits: nobody guesses them, so one plain digest of them is enough. */
export function newSecret(): string {
  return randomBytes(32).toString('hex');
}

/** SHA-256, hexadecimal: what is kept of a secret. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Whether a secret has this digest; takes the same time for every other one. */
export function hasDigest(secret: string, digest: string): boolean {
  return timingSafeEqual(createHash('sha256').update(secret).digest(), Buffer.from(digest, 'hex'));
}
