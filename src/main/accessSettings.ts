import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { z } from 'zod';
import { roles } from '../access/index.js';
import type { GroupRule, OidcSettings } from '../shared/config.js';
import type { Problem } from '../shared/errors.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Texts between separators, without the space around them. */
export const list = (separator: string) =>
  z.string().transform((text) =>
    text
      .split(separator)
      .map((part) => part.trim())
      .filter(Boolean),
  );

/** `quality=line 3:REVIEWER`. Names of groups and projects may hold anything but what separates them. */
const groupRules = list(';').pipe(
  z.array(
    z
      .string()
      .refine((text) => new RegExp(`^[^=]+=.+:(${roles.join('|')})$`).test(text), {
        error: `must hold rules such as "quality=line 3:REVIEWER", separated by ";"; the roles are ${roles.join(', ')}`,
      })
      .transform((text): GroupRule => {
        const [, group = '', project = '', role] = /^([^=]+)=(.+):(\w+)$/.exec(text)!;
        return { group: group.trim(), project: project.trim(), role: role as GroupRule['role'] };
      }),
  ),
);

/** Addresses and networks, as `10.0.0.0/8`; `loopback` for this machine. */
const proxies = list(',').pipe(
  z.array(
    z.string().refine((text) => /^(loopback|linklocal|uniquelocal)$/.test(text) || isNetwork(text), {
      error: 'must hold addresses such as 10.0.0.5, networks such as 10.0.0.0/8, or loopback',
    }),
  ),
);

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

/** The variables that say who people are. */
export const accessVariables = {
  RESIDUA_OIDC_ISSUER: z
    .url({ protocol: /^https?$/, error: 'must be an https URL' })
    .refine((text) => text.startsWith('https:') || isLoopbackUrl(text), 'must be an https URL')
    .optional(),
  RESIDUA_OIDC_CLIENT_ID: z.string().optional(),
  RESIDUA_OIDC_CLIENT_SECRET: z.string().optional(),
  RESIDUA_OIDC_SCOPES: list(' ').default(['profile', 'email']),
  RESIDUA_OIDC_GROUPS_CLAIM: z.string().default('groups'),
  RESIDUA_OIDC_GROUPS: groupRules.default([]),
  RESIDUA_OIDC_ADMIN_GROUP: z.string().optional(),
  RESIDUA_LOCAL_ACCOUNTS: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .transform((text) => text === 'true')
    .default(false),
  RESIDUA_TRUSTED_PROXIES: proxies.default([]),
};

type AccessSettings = z.output<z.ZodObject<typeof accessVariables>>;

/** The identity provider, or undefined where none is named. */
export function oidcOf(read: AccessSettings): OidcSettings | undefined {
  const {
    RESIDUA_OIDC_ISSUER: issuer,
    RESIDUA_OIDC_CLIENT_ID: clientId,
    RESIDUA_OIDC_CLIENT_SECRET: clientSecret,
  } = read;
  if (!issuer || !clientId || !clientSecret) return undefined;
  return {
    ...{ issuer, clientId, clientSecret },
    scopes: read.RESIDUA_OIDC_SCOPES,
    groupsClaim: read.RESIDUA_OIDC_GROUPS_CLAIM,
    groups: read.RESIDUA_OIDC_GROUPS,
    adminGroup: read.RESIDUA_OIDC_ADMIN_GROUP,
  };
}

/** Variables whose values must not be repeated in a message, and which a file may hold instead: `<name>_FILE` names it. */
export const secretVariables = [
  'DATABASE_URL',
  'RESIDUA_API_TOKEN',
  'PGPASSWORD',
  'RESIDUA_OIDC_CLIENT_SECRET',
] as const;

/** The environment with the secrets that files hold, as orchestrators mount them. */
export function withSecretFiles(given: Environment): { environment: Environment; problems: Problem[] } {
  const environment: Record<string, string | undefined> = { ...given };
  const problems: Problem[] = [];
  for (const name of secretVariables) {
    const variable = `${name}_FILE`;
    const file = given[variable];
    if (!file) continue;
    const refuse = (message: string) => problems.push({ code: 'CONFIG_INVALID', message, item: variable });
    if (given[name]) refuse(`${variable} and ${name} are both set: say it once`);
    try {
      environment[name] = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    } catch (error) {
      refuse(`${variable} is ${JSON.stringify(file)}: it cannot be read: ${(error as Error).message}`);
    }
  }
  return { environment, problems };
}

/** What cannot be together, or is missing. */
export function accountProblems(given: Environment): Problem[] {
  const names = ['RESIDUA_OIDC_ISSUER', 'RESIDUA_OIDC_CLIENT_ID', 'RESIDUA_OIDC_CLIENT_SECRET'];
  const missing = names.filter((name) => !given[name]);
  const problems: Problem[] = [];
  const refuse = (item: string, message: string) => problems.push({ code: 'CONFIG_INVALID', message, item });
  if (missing.length > 0 && missing.length < names.length) {
    refuse(
      missing[0]!,
      `${missing.join(' and ')} must be set too: an identity provider needs all of ${names.join(', ')}`,
    );
  }
  const hasAccounts = given['RESIDUA_LOCAL_ACCOUNTS'] === 'true' || missing.length === 0;
  if (!hasAccounts) return problems;
  const { RESIDUA_PUBLIC_URL: publicUrl, RESIDUA_HOST: host = '127.0.0.1' } = given;
  if (publicUrl ? publicUrl.startsWith('http:') && !isLoopbackUrl(publicUrl) : !isLoopback(host)) {
    refuse(
      'RESIDUA_PUBLIC_URL',
      `RESIDUA_PUBLIC_URL is ${publicUrl ? JSON.stringify(publicUrl) : 'not set'}: people sign in over https, so it must be the https address of a proxy in front; without one the server may only listen on this machine`,
    );
  }
  if (given['RESIDUA_ALLOWED_ORIGINS']?.split(',').some((origin) => origin.trim() === '*')) {
    refuse(
      'RESIDUA_ALLOWED_ORIGINS',
      'RESIDUA_ALLOWED_ORIGINS is "*": where people sign in, every origin must be named',
    );
  }
  return problems;
}

function isLoopbackUrl(text: string): boolean {
  return URL.canParse(text) && isLoopback(new URL(text).hostname);
}

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(host);
}
