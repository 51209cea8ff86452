import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/main/config.js';
import { defaultLimits } from '../../../src/shared/config.js';
import { jobKinds } from '../../../src/shared/jobKinds.js';
import { ProblemError } from '../../../src/shared/errors.js';

function messages(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ProblemError);
    return (error as ProblemError).problems.map(({ message }) => message);
  }
}

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toEqual({
      home: path.resolve('.residua'),
      databaseUrl: undefined,
      host: '127.0.0.1',
      port: 4000,
      publicUrl: undefined,
      importRoots: [],
      blobDirectory: path.resolve('.residua/blobs'),
      s3: undefined,
      plugins: [],
      downloadOrigins: ['https://download.pytorch.org'],
      apiToken: undefined,
      oidc: undefined,
      localAccounts: false,
      trustedProxies: [],
      compute: undefined,
      introspection: true,
      studio: true,
      allowedOrigins: [],
      allowedHosts: [],
      eventRetentionDays: 90,
      webhookPrivate: false,
      sinkRoots: [],
      importBuckets: { allowed: [], endpoint: undefined, region: 'us-east-1', pathStyle: false },
      collectAfterHours: 24,
      metrics: { host: '127.0.0.1', port: undefined },
      tracing: false,
      worker: {
        ...{ kinds: [...jobKinds], concurrency: 1, device: undefined },
        ...{ checkpointSeconds: 30, stepTimeoutSeconds: 600 },
      },
      failpoints: {},
      rates: { principal: 6000, address: 12_000 },
      limits: defaultLimits,
    });
  });

  it.each([
    ['https://a.example.org/', 'must hold origins'],
    ['https://a.example.org:443', 'must hold origins'],
    ['a.example.org', 'must hold origins'],
    ['https://a.example.org/app', 'must hold origins'],
    ['*', 'needs RESIDUA_API_TOKEN'],
    ['https://a.example.org, *', 'needs RESIDUA_API_TOKEN'],
  ])('refuses %s as origins of pages', (RESIDUA_ALLOWED_ORIGINS, rule) => {
    expect(() => readConfig({ RESIDUA_ALLOWED_ORIGINS })).toThrow(rule);
  });

  it('takes origins as browsers send them, and all of them where a token is asked for', () => {
    const of = (RESIDUA_ALLOWED_ORIGINS: string) =>
      readConfig({ RESIDUA_ALLOWED_ORIGINS, RESIDUA_API_TOKEN: '0123456789abcdef' }).allowedOrigins;
    expect(of('http://localhost:5173, tauri://localhost')).toEqual(['http://localhost:5173', 'tauri://localhost']);
    expect(of('*')).toEqual(['*']);
  });

  it('reads every variable', () => {
    const config = readConfig({
      RESIDUA_HOME: '/srv/residua',
      DATABASE_URL: 'postgres://residua:secret@db:5432/residua',
      RESIDUA_HOST: '0.0.0.0',
      RESIDUA_PORT: '0',
      RESIDUA_PUBLIC_URL: 'https://residua.example.org/',
      RESIDUA_IMPORT_ROOTS: ['/data/a', '/data/b'].join(path.delimiter),
      RESIDUA_PLUGINS: 'residua-plugin-a, ./plugin-b',
      RESIDUA_DOWNLOAD_HOSTS: 'models.example.org, http://10.0.0.5:8080',
      RESIDUA_API_TOKEN: '0123456789abcdef',
      RESIDUA_COMPUTE: 'tensorflow',
      RESIDUA_INTROSPECTION: 'false',
      RESIDUA_STUDIO: 'false',
      RESIDUA_ALLOWED_ORIGINS: 'https://a.example.org',
      RESIDUA_ALLOWED_HOSTS: 'residua.lan, api',
      RESIDUA_LIMIT_IMAGE_PIXELS: '1000',
    });
    expect(config).toMatchObject({
      home: '/srv/residua',
      blobDirectory: '/srv/residua/blobs',
      host: '0.0.0.0',
      port: 0,
      publicUrl: 'https://residua.example.org',
      importRoots: ['/data/a', '/data/b'],
      plugins: ['residua-plugin-a', './plugin-b'],
      downloadOrigins: ['https://models.example.org', 'http://10.0.0.5:8080'],
      apiToken: '0123456789abcdef',
      compute: 'tensorflow',
      introspection: false,
      studio: false,
      allowedOrigins: ['https://a.example.org'],
      allowedHosts: ['residua.lan', 'api'],
      limits: { ...defaultLimits, imagePixels: 1000 },
    });
  });

  it.each(['models.example.org/files', 'http://', 'ftp://models.example.org', 'a b', 'user@models.example.org'])(
    'takes no download host like %j',
    (host) => {
      expect(() => readConfig({ RESIDUA_DOWNLOAD_HOSTS: host })).toThrow('RESIDUA_DOWNLOAD_HOSTS');
    },
  );

  it("reads a bucket, with defaults for a server that is not Amazon's", () => {
    const amazon = readConfig({ RESIDUA_HOME: '/srv/residua', RESIDUA_BLOB_STORE: 's3://surfaces' });
    expect(amazon.s3).toEqual({
      bucket: 'surfaces',
      prefix: '',
      endpoint: undefined,
      region: 'us-east-1',
      pathStyle: false,
      cacheDirectory: '/srv/residua/blob-cache',
      cacheBytes: 10 * 1024 ** 3,
    });
    const other = { RESIDUA_BLOB_STORE: 's3://surfaces/line/1/', RESIDUA_S3_ENDPOINT: 'http://minio:9000/' };
    expect(readConfig(other).s3).toMatchObject({ prefix: 'line/1', endpoint: 'http://minio:9000', pathStyle: true });
    expect(messages({ RESIDUA_BLOB_STORE: '/var/blobs' })).toEqual([
      'RESIDUA_BLOB_STORE is "/var/blobs": it must look like s3://bucket or s3://bucket/prefix',
    ]);
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readConfig({ DATABASE_URL: '', RESIDUA_PORT: ' ' }).port).toBe(4000);
  });

  it('names every problem at once: the variable, its value and the rule', () => {
    expect(
      messages({
        RESIDUA_PORT: '70000',
        RESIDUA_COMPUTE: 'vulkan',
        RESIDUA_INTROSPECTION: 'yes',
        RESIDUA_LIMIT_QUERY_DEPTH: '-1',
        RESIDUA_LIMIT_QUERY_DEPHT: '15',
      }),
    ).toEqual([
      'RESIDUA_PORT is "70000": it must be a whole number from 0 to 65535',
      'RESIDUA_COMPUTE is "vulkan": it must be one of onnxruntime, webgpu, cuda, tensorflow, auto',
      'RESIDUA_INTROSPECTION is "yes": it must be true or false',
      'RESIDUA_LIMIT_QUERY_DEPTH is "-1": it must be a whole number from 1 to 9007199254740991',
      expect.stringMatching(/^there is no RESIDUA_LIMIT_QUERY_DEPHT; known: RESIDUA_LIMIT_IMAGE_PIXELS, /) as string,
    ]);
  });

  it('does not repeat secrets', () => {
    const found = messages({ DATABASE_URL: 'mysql://root:hunter2@db', RESIDUA_API_TOKEN: 'hunter2' });
    expect(found).toHaveLength(2);
    expect(found.join()).not.toContain('hunter2');
  });

  it('reads what a worker takes on', () => {
    const read = readConfig({ RESIDUA_WORKER_KINDS: 'TRAINING, DATASET_IMPORT', RESIDUA_WORKER_CONCURRENCY: '3' });
    expect(read.worker).toEqual({
      kinds: ['TRAINING', 'DATASET_IMPORT'],
      concurrency: 3,
      checkpointSeconds: 30,
      stepTimeoutSeconds: 600,
    });
    expect(readConfig({ RESIDUA_WORKER_DEVICE: 'gpu' }).worker.device).toBe('GPU');
    expect(messages({ RESIDUA_WORKER_DEVICE: 'tpu' })).toEqual([
      'RESIDUA_WORKER_DEVICE is "tpu": it must be auto, cpu or gpu',
    ]);
    expect(messages({ RESIDUA_WORKER_KINDS: 'TRAINING,DANCING' })[0]).toContain(
      'must hold some of DATASET_IMPORT, TRAINING',
    );
  });

  it('reads failpoints, refuses unknown ones, and all of them in production', () => {
    const RESIDUA_FAILPOINTS = 'claim.after_commit=kill;finish.before_commit=throw';
    expect(readConfig({ RESIDUA_FAILPOINTS }).failpoints).toEqual({
      'claim.after_commit': 'kill',
      'finish.before_commit': 'throw',
    });
    expect(messages({ RESIDUA_FAILPOINTS: 'claim.never=kill' })).toHaveLength(1);
    expect(messages({ RESIDUA_FAILPOINTS: 'claim.after_commit=sleep' })).toHaveLength(1);
    expect(messages({ RESIDUA_FAILPOINTS, NODE_ENV: 'production' })).toEqual([
      expect.stringContaining('refused where NODE_ENV is production') as string,
    ]);
  });
});
