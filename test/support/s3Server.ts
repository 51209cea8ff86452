import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver, { type S3rverContext } from '@20minutes/s3rver';
import { afterAll, beforeAll } from 'vitest';
import { readConfig } from '../../src/main/config.js';
import type { S3Settings } from '../../src/shared/config.js';

/** An S3 server of the test's own, over HTTP, which checks signatures. */
export interface TestS3Server {
  endpoint: string;
  /** Environment variables for a process that keeps its blobs there. */
  environment: Record<string, string>;
  /** Settings of a store of its own, with an empty cache. */
  settings(changes?: Partial<S3Settings>): Promise<S3Settings>;
}

const bucket = 'surfaces';
const credentials = { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' };

/** Gives the file's tests an S3 server with a bucket; read its members inside tests and hooks only. */
export function useS3Server(): TestS3Server {
  const server = {} as TestS3Server;
  let folder: string;
  let running: S3rver;
  let stores = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'residua-s3-'));
    running = new S3rver({
      ...{ address: '127.0.0.1', port: 0, silent: true, vhostBuckets: false },
      ...{ directory: join(folder, 'server'), configureBuckets: [{ name: bucket }] },
    });
    running.middleware.unshift(acceptBucketAddress);
    const { port } = (await running.run()) as AddressInfo;
    server.endpoint = `http://127.0.0.1:${port}`;
    server.environment = {
      ...credentials,
      RESIDUA_BLOB_STORE: `s3://${bucket}/residua`,
      RESIDUA_S3_ENDPOINT: server.endpoint,
    };
    // The SDK reads them from this process's environment.
    Object.assign(process.env, credentials);
  });
  afterAll(async () => {
    for (const name of Object.keys(credentials)) delete process.env[name];
    await running.close();
    await rm(folder, { recursive: true });
  });
  server.settings = async (changes = {}) => {
    const home = join(folder, `home-${(stores += 1)}`);
    const { s3 } = readConfig({ ...server.environment, RESIDUA_HOME: home });
    return Promise.resolve({ ...s3!, prefix: `store-${stores}`, ...changes });
  };
  return server;
}

/**
 * The server computes the signature of a request for a bucket without the slash at the end of its path, which the SDK
 * signs as it sends it. Requests for objects are checked strictly.
 */
function acceptBucketAddress(context: S3rverContext, next: () => Promise<void>): Promise<void> {
  if (/^\/[^/]+\/$/.test(context.path))
    context.app = Object.create(context.app, { allowMismatchedSignatures: { value: true } }) as S3rver;
  return next();
}
