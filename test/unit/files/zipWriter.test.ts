import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { zipStream } from '../../../src/files/index.js';

const unheard: unknown[] = [];
const hear = (error: unknown) => unheard.push(error);
beforeEach(() => void process.prependListener('uncaughtException', hear));
afterEach(() => void process.removeListener('uncaughtException', hear));

it('a zip whose file cannot be opened before anybody reads fails for its reader, and nowhere else', async () => {
  const lost = { path: 'a.png', compress: false, open: () => Promise.reject(new Error('the file is lost')) };
  const zip = zipStream([lost], new Date(0));
  await pause(20);
  await expect(zip.toArray()).rejects.toThrow('the file is lost');
  expect(unheard).toEqual([]);
});
