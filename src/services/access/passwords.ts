import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { FaultError, type Problem } from '../../shared/errors.js';

/** Memory 32 MB and about a third of a second each (OWASP's second choice for scrypt). */
const cost = { N: 2 ** 15, r: 8, p: 3 };
const hashBytes = 32;

/** Fewest characters of a password. */
export const shortestPassword = 12;
/** Fewest characters of a password that differ from each other. */
const fewestDifferent = 5;
/** Most characters of a password: hashing takes time by length. */
export const longestPassword = 200;

/** Rehearsed when there is no password to compare with, so that the answer takes as long. */
const nobodysHash = `scrypt$${cost.N}$${cost.r}$${cost.p}$${Buffer.alloc(16).toString('base64url')}$${Buffer.alloc(hashBytes).toString('base64url')}`;

/** A hash to keep: `scrypt$N$r$p$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Whether it is the password of a hash; false, after the same time, when there is none. */
export async function isPassword(password: string, kept: string | undefined): Promise<boolean> {
  const [, N, r, p, salt, hash] = (kept ?? nobodysHash).split('$');
  const expected = Buffer.from(hash!, 'base64url');
  const derived = await derive(password, Buffer.from(salt!, 'base64url'), { N: Number(N), r: Number(r), p: Number(p) });
  return timingSafeEqual(derived, expected) && kept !== undefined;
}

/** What is wrong with a password that somebody chose. */
export function passwordProblems(password: string, email: string): Problem[] {
  const field = ['password'];
  const of = (message: string): Problem[] => [{ code: 'BAD_USER_INPUT', message, field }];
  const { length } = [...password];
  if (length < shortestPassword)
    return of(`the password has ${length} characters; at least ${shortestPassword} are needed`);
  if (length > longestPassword)
    return of(`the password has ${length} characters; at most ${longestPassword} are allowed`);
  const different = new Set(password).size;
  if (different < fewestDifferent) {
    const rule = `at least ${fewestDifferent} different ones are needed`;
    return of(
      `the password is made of ${different} ${different === 1 ? 'character' : 'different characters'}; ${rule}`,
    );
  }
  if (password.toLowerCase().includes(email.split('@')[0]!.toLowerCase()) && email.split('@')[0]!.length > 3) {
    return of('the password contains the name in the e-mail address');
  }
  return [];
}

/** Two at a time: the threads they run in are also those of files and names. */
const mostAtOnce = 2;
const mostWaiting = 20;
let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: Buffer, { N, r, p }: typeof cost): Promise<Buffer> {
  if (running >= mostAtOnce) {
    if (waiting.length >= mostWaiting)
      throw new FaultError('RATE_LIMITED', 'Too many people sign in at this moment; try again.');
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running++;
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      // Composed, so that the same letters typed on another keyboard are the same.
      scrypt(password.normalize('NFKC'), salt, hashBytes, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
        error ? reject(error) : resolve(key),
      );
    });
  } finally {
    // Whoever waits takes the place over.
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}
