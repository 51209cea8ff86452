/** `tsx examples/station/main.ts --station line-3 [--folder camera]`: see README.md beside it. */
import { parseArgs } from 'node:util';
import { StationAgent } from './agent.js';
import { imagesInFolder, imagesOfInput } from './images.js';
import { deadlineOf } from './server.js';

const { values } = parseArgs({
  options: {
    station: { type: 'string' },
    project: { type: 'string' },
    folder: { type: 'string' },
    verdicts: { type: 'string', default: 'verdicts' },
    buffer: { type: 'string', default: 'buffer' },
    'buffer-bytes': { type: 'string', default: String(10 * 1024 ** 3) },
    deadline: { type: 'string' },
  },
});
if (!values.station) throw new Error('--station says which station of the server this is');

const server = {
  url: process.env['RESIDUA_URL'] ?? 'http://127.0.0.1:4000',
  station: values.station,
  project: values.project,
  token: process.env['RESIDUA_API_TOKEN'],
};
const tell = (event: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(event)}\n`);
const agent = await StationAgent.start({
  server,
  deadline: Number(values.deadline ?? (await deadlineOf(server)) ?? 2_000),
  verdicts: values.verdicts,
  buffer: values.buffer,
  mostBytes: Number(values['buffer-bytes']),
  tell,
});
tell({ event: 'started' });

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
const images = values.folder ? imagesInFolder(values.folder, stopping.signal) : imagesOfInput(process.stdin);
for await (const { part, image, done } of images) {
  await agent.take(part, image, done);
}
await agent.stop();
