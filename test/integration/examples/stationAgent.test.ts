import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StationAgent } from '../../../examples/station/agent.js';

let place: string;
let agent: StationAgent;
beforeEach(async () => {
  place = await mkdtemp(path.join(tmpdir(), 'residua-agent-'));
  agent = await StationAgent.start({
    // Nobody listens: every part is NOK.
    server: { url: 'http://127.0.0.1:1', station: 'line 3' },
    ...{ deadline: 60_000, verdicts: verdicts(), buffer: path.join(place, 'buffer'), mostBytes: 1_000_000 },
    tell: () => undefined,
  });
});
afterEach(async () => {
  await agent.stop();
  await rm(place, { recursive: true });
});

const verdicts = (...names: string[]) => path.join(place, 'verdicts', ...names);
const take = (part: string, kept = () => Promise.resolve()) => agent.take(part, Buffer.from('an image'), kept);

it('gives each part a file of its own, whatever it is called', async () => {
  const parts = ['a b', 'a_b', 'a/b', 'a%2Fb', 'heartbeat', '..', 'ä', 'x'.repeat(300), `${'x'.repeat(299)}y`];
  for (const part of parts) await take(part);
  const names = (await readdir(verdicts())).filter((name) => name.startsWith('part-') && name.endsWith('.json'));
  const told = await Promise.all(
    names.map(async (name) => JSON.parse(await readFile(verdicts(name), 'utf8')) as { part: string; verdict: string }),
  );
  expect(told.map(({ part }) => part).toSorted()).toEqual(parts.toSorted());
  expect(new Set(told.map(({ verdict }) => verdict))).toEqual(new Set(['NOK']));
  expect(names).toContain('part-a%20b.json');
});

it('lets nothing stand that was said before of a part of the same name', async () => {
  await writeFile(verdicts('part-7.json'), '{"part":"7","verdict":"OK"}');
  let seen: string[] = [];
  await take('7', async () => {
    seen = await readdir(verdicts());
  });
  expect(seen).not.toContain('part-7.json');
  expect(await readFile(verdicts('part-7.json'), 'utf8')).toContain('"NOK"');
});
