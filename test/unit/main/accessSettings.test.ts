import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/main/config.js';

const oidc = {
  RESIDUA_OIDC_ISSUER: 'https://issuer.example.com',
  RESIDUA_OIDC_CLIENT_ID: 'residua',
  RESIDUA_OIDC_CLIENT_SECRET: 'a secret nobody may read',
};

describe('who people are', () => {
  it('is read whole', () => {
    const read = readConfig({
      ...oidc,
      RESIDUA_OIDC_GROUPS: 'quality = line 3:REVIEWER; /lab/steel=line: 4:OWNER',
      RESIDUA_OIDC_ADMIN_GROUP: 'admins',
    });
    expect(read.oidc).toEqual({
      ...{ issuer: 'https://issuer.example.com', clientId: 'residua', clientSecret: 'a secret nobody may read' },
      ...{ scopes: ['profile', 'email'], groupsClaim: 'groups', adminGroup: 'admins' },
      groups: [
        { group: 'quality', project: 'line 3', role: 'REVIEWER' },
        { group: '/lab/steel', project: 'line: 4', role: 'OWNER' },
      ],
    });
  });

  it.each([
    [
      { RESIDUA_OIDC_ISSUER: 'https://issuer.example.com' },
      'RESIDUA_OIDC_CLIENT_ID and RESIDUA_OIDC_CLIENT_SECRET must be set too',
    ],
    [{ ...oidc, RESIDUA_OIDC_ISSUER: 'http://issuer.example.com' }, 'must be an https URL'],
    [{ ...oidc, RESIDUA_OIDC_GROUPS: 'quality=line 3:CHIEF' }, 'the roles are VIEWER'],
    [{ ...oidc, RESIDUA_HOST: '0.0.0.0' }, 'RESIDUA_PUBLIC_URL is not set: people sign in over https'],
    [{ RESIDUA_LOCAL_ACCOUNTS: 'true', RESIDUA_PUBLIC_URL: 'http://residua.example.com' }, 'people sign in over https'],
    [{ RESIDUA_LOCAL_ACCOUNTS: 'yes' }, 'must be true or false'],
    [
      { RESIDUA_LOCAL_ACCOUNTS: 'true', RESIDUA_API_TOKEN: '0123456789abcdef', RESIDUA_ALLOWED_ORIGINS: '*' },
      'every origin must be named',
    ],
    [{ RESIDUA_TRUSTED_PROXIES: '10.0.0.0/33' }, 'must hold addresses such as 10.0.0.5'],
    [{ RESIDUA_TRUSTED_PROXIES: 'proxy.example.com' }, 'must hold addresses such as 10.0.0.5'],
  ])('%j is refused: %s', (environment, message) => {
    expect(() => readConfig(environment)).toThrow(message);
  });

  it.each([
    { RESIDUA_LOCAL_ACCOUNTS: 'true' },
    { RESIDUA_LOCAL_ACCOUNTS: 'true', RESIDUA_PUBLIC_URL: 'http://localhost:4000' },
    { ...oidc, RESIDUA_HOST: '0.0.0.0', RESIDUA_PUBLIC_URL: 'https://residua.example.com' },
    { ...oidc, RESIDUA_OIDC_ISSUER: 'http://127.0.0.1:8080/realms/one' },
    { RESIDUA_TRUSTED_PROXIES: 'loopback, 10.0.0.0/8, fd00::/8' },
  ])('%j is taken', (environment) => {
    expect(() => readConfig(environment)).not.toThrow();
  });

  it('never repeats a secret in a message', () => {
    expect(() => readConfig({ ...oidc, RESIDUA_API_TOKEN: 'short secret' })).toThrow(
      /^((?!short secret|nobody may read).)*$/s,
    );
  });
});

describe('a secret in a file', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'residua-secrets-'));
  const file = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };

  it('is read without the line end that editors leave', () => {
    const RESIDUA_API_TOKEN_FILE = file('token', '0123456789abcdef\n');
    const { RESIDUA_OIDC_CLIENT_SECRET: secret, ...rest } = oidc;
    const read = readConfig({
      ...rest,
      RESIDUA_API_TOKEN_FILE,
      RESIDUA_OIDC_CLIENT_SECRET_FILE: file('client', `${secret}\r\n`),
    });
    expect([read.apiToken, read.oidc?.clientSecret]).toEqual(['0123456789abcdef', secret]);
  });

  it('is said once, and its file is there', () => {
    const RESIDUA_API_TOKEN_FILE = file('both', '0123456789abcdef');
    expect(() => readConfig({ RESIDUA_API_TOKEN_FILE, RESIDUA_API_TOKEN: '0123456789abcdef' })).toThrow('are both set');
    expect(() => readConfig({ DATABASE_URL_FILE: path.join(folder, 'none') })).toThrow(
      /DATABASE_URL_FILE is .* cannot be read/,
    );
  });
});
