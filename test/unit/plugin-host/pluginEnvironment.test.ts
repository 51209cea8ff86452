import { describe, expect, it } from 'vitest';
import { hideSecrets, pluginEnvironment } from '../../../src/plugin-host/pluginEnvironment.js';

const environment = {
  ...{ PATH: '/bin', LANG: 'C', NODE_ENV: 'production', CUDA_VISIBLE_DEVICES: '0', RESIDUA_PLUGIN_LICENCE_KEY: 'own' },
  ...{ DATABASE_URL: 'postgres://u:p@h/d', PGPASSWORD: 'p', RESIDUA_API_TOKEN: 't', NODE_AUTH_TOKEN: 't' },
  ...{ AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't', VENDOR_LICENCE: 'x' },
  ...{ RESIDUA_HOME: '/srv', PGSSLMODE: 'require', AWS_REGION: 'eu', AWS_WEB_IDENTITY_TOKEN_FILE: '/run/token' },
};
const forAll = ['PATH', 'LANG', 'NODE_ENV', 'CUDA_VISIBLE_DEVICES', 'RESIDUA_PLUGIN_LICENCE_KEY'];

describe('the environment of plugins', () => {
  it('of a process that tries them holds what the system needs and what is meant for them', () => {
    expect(Object.keys(pluginEnvironment(environment))).toEqual(forAll);
  });

  it('of a worker holds settings besides, but nothing that opens something', () => {
    const own = { ...environment };
    hideSecrets(own);
    const settings = ['RESIDUA_HOME', 'PGSSLMODE', 'AWS_REGION', 'AWS_WEB_IDENTITY_TOKEN_FILE'];
    expect(Object.keys(own)).toEqual([...forAll, ...settings]);
  });
});
