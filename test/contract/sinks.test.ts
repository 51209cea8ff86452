import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { sinkRules } from '../../src/plugin-contract/index.js';
import { MqttBroker } from '../support/mqttBroker.js';
import { holdTo } from './holdTo.js';

const broker = await MqttBroker.start();
const folder = await mkdtemp(join(tmpdir(), 'residua-sink-'));
afterAll(async () => {
  await broker.go();
  await rm(folder, { recursive: true });
});

holdTo('sink', sinkRules, { mqtt: { url: broker.url }, folder: { path: folder } });
