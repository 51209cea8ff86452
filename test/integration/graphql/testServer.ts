import { Writable } from 'node:stream';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { DataSource } from 'typeorm';
import type { Authenticator } from '../../../src/access/index.js';
import { builtInPlugins } from '../../../plugins/index.js';
import { LocalBlobStore } from '../../../src/files/index.js';
import { buildSchema } from '../../../src/graphql/index.js';
import { DatabaseSignals, JobEventFeed, JobQueue, ProjectChangeFeed, WorkerCalls } from '../../../src/jobs/index.js';
import { readConfig } from '../../../src/main/config.js';
import { startHttpServer } from '../../../src/main/http/httpServer.js';
import { createServices } from '../../../src/main/services.js';
import { PluginRegistry } from '../../../src/plugin-host/index.js';
import type { Services } from '../../../src/services/index.js';
import { PixelProcesses } from '../../../src/services/pixel-process/pixelProcesses.js';
import type { ResiduaConfig } from '../../../src/shared/config.js';
import { createLogger } from '../../../src/shared/logger.js';

export interface TestServer {
  url: string;
  /** The one it listens on, whatever `url` says. */
  port: number;
  services: Services;
  queue: JobQueue;
  feed: JobEventFeed;
  changes: ProjectChangeFeed;
  signals: DatabaseSignals;
  blobs: LocalBlobStore;
  /** Lines the server has logged, oldest first. */
  logged: Record<string, unknown>[];
  stop(): Promise<void>;
}

/** The real server on a free port, with a database of the caller. @param resolvers added to the schema. */
export async function startTestServer(
  dataSource: DataSource,
  settings: Partial<ResiduaConfig> = {},
  resolvers: readonly (new () => object)[] = [],
  authenticator?: Authenticator,
): Promise<TestServer> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'residua-api-'));
  const config = { ...readConfig({ RESIDUA_HOME: home, RESIDUA_PORT: '0' }), ...settings };
  const logged: Record<string, unknown>[] = [];
  const signals = new DatabaseSignals(dataSource);
  await signals.start();
  const queue = new JobQueue(dataSource, signals);
  const feed = new JobEventFeed(dataSource, signals);
  const changes = new ProjectChangeFeed(dataSource, signals);
  const calls = new WorkerCalls(dataSource, signals);
  const blobs = await LocalBlobStore.open(config.blobDirectory);
  const registry = new PluginRegistry(builtInPlugins);
  const pixels = new PixelProcesses(config.limits);
  const services = createServices({
    config,
    dataSource,
    signals,
    queue,
    feed,
    changes,
    calls,
    blobs,
    registry,
    pixels,
  });
  const schema = await buildSchema(resolvers);
  const server = await startHttpServer({
    ...{ config, schema, services, blobs, pixels, logger: memoryLogger(logged) },
    accessSignals: (changed) => signals.listen('access_changed', changed),
    ...(authenticator && { authenticator }),
  });
  return {
    url: server.url,
    port: server.port,
    services,
    queue,
    feed,
    changes,
    signals,
    blobs,
    logged,
    stop: async () => {
      await server.stop();
      pixels.stop();
      feed.stop();
      changes.stop();
      await calls.stop();
      await queue.stop({ graceSeconds: 0 });
      await services.predictionLog.stop();
      await signals.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

function memoryLogger(lines: Record<string, unknown>[]) {
  const memory = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  return createLogger('api', 'debug', memory);
}

export interface GraphqlAnswer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: (string | number)[]; extensions: { code: string } }[];
}

/** One operation over HTTP. */
export async function ask<Data = Record<string, never>>(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<{ status: number; data: Data; errors: NonNullable<GraphqlAnswer['errors']>; codes: string[] }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors = [] } = (await response.json()) as GraphqlAnswer;
  return { status: response.status, data: data as Data, errors, codes: errors.map((error) => error.extensions.code) };
}
