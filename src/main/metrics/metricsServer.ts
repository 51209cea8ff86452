import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { ResiduaConfig } from '../../shared/config.js';
import type { Logger } from '../../shared/logger.js';

/** What a process measures, and the listener that tells it. */
export interface ProcessMetrics {
  registry: Registry;
  /** Address of `/metrics`; undefined without a listener. */
  url?: string;
  stop(): Promise<void>;
}

/**
 * A registry, and a listener of its own for it when the configuration has a port: what it tells is not for clients of the
 * API. A port that is taken is logged and otherwise ignored: a process that nobody measures still works.
 */
export async function startMetrics({ host, port }: ResiduaConfig['metrics'], logger: Logger): Promise<ProcessMetrics> {
  const registry = new Registry();
  if (port === undefined) return { registry, stop: () => Promise.resolve() };
  collectDefaultMetrics({ register: registry });
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end();
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      (error: unknown) => {
        logger.warn({ err: error }, 'the metrics could not be collected');
        response.writeHead(500).end();
      },
    );
  });
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  } catch (error) {
    logger.error({ err: error }, 'metrics are not served: the port cannot be used');
    return { registry, stop: () => Promise.resolve() };
  }
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}/metrics`;
  logger.info({ url }, 'metrics are served');
  return {
    registry,
    url,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
