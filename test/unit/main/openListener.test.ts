import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/main/config.js';
import { refuseOpenListener } from '../../../src/main/openListener.js';
import { ProblemError } from '../../../src/shared/errors.js';

const decide = (environment: Record<string, string>) => refuseOpenListener(readConfig(environment));

describe('a listener that others can reach', () => {
  test.each(['0.0.0.0', '::', '10.0.0.5', 'residua.lan', '1.127.0.0', 'localhost.evil.example'])(
    '%s is refused while nothing was decided, and the refusal names the ways out',
    (RESIDUA_HOST) => {
      expect(() => decide({ RESIDUA_HOST })).toThrow(ProblemError);
      for (const way of [
        'RESIDUA_HOST',
        'RESIDUA_API_TOKEN',
        'RESIDUA_OIDC_ISSUER',
        '127.0.0.1',
        'RESIDUA_AUTH=open',
      ]) {
        expect(() => decide({ RESIDUA_HOST })).toThrow(way);
      }
    },
  );

  test.each<Record<string, string>>([
    { RESIDUA_AUTH: 'open' },
    { RESIDUA_API_TOKEN: '0123456789abcdef' },
    { RESIDUA_LOCAL_ACCOUNTS: 'true' },
    {
      RESIDUA_OIDC_ISSUER: 'https://login.example.com',
      RESIDUA_OIDC_CLIENT_ID: 'residua',
      RESIDUA_OIDC_CLIENT_SECRET: 'of-the-client',
    },
  ])('starts with %o', (decision) => {
    const listener = { RESIDUA_HOST: '0.0.0.0', RESIDUA_PUBLIC_URL: 'https://residua.example.com' };
    expect(() => decide({ ...listener, ...decision })).not.toThrow();
  });

  test.each(['127.0.0.1', '127.0.1.1', '::1', 'localhost'])('%s is reached from this machine alone', (RESIDUA_HOST) => {
    expect(() => decide({ RESIDUA_HOST })).not.toThrow();
  });

  test('a container counts as what its port is published on', () => {
    const container = { RESIDUA_HOST: '0.0.0.0' };
    expect(() => decide({ ...container, RESIDUA_PUBLISH_ADDRESS: '127.0.0.1' })).not.toThrow();
    expect(() => decide({ ...container, RESIDUA_PUBLISH_ADDRESS: '0.0.0.0' })).toThrow('RESIDUA_PUBLISH_ADDRESS');
  });

  test('RESIDUA_AUTH knows nothing but open', () => {
    expect(() => readConfig({ RESIDUA_AUTH: 'none' })).toThrow('RESIDUA_AUTH');
  });
});
