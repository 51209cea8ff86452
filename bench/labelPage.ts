/**
 * Measures the label page in a browser, on a server of its own:
 *
 *     npm run bench:label
 *     npm run bench:label -- strokes     some of next, strokes, memory
 *     npm run bench:label -- --quick     little of each: whether it runs
 *
 * Goals: the next image of five megapixels at most 100 ms behind its key, ink at most 16 ms behind the pen at twelve megapixels, and 500 images in a row
 * without the browser growing. It needs Chromium. Other work on the machine counts with it: run it alone.
 */
import { Argument, Command } from 'commander';
import { memory } from './label-page/memory.js';
import { nextImage } from './label-page/nextImage.js';
import { openSetting } from './label-page/setting.js';
import { strokes } from './label-page/strokes.js';

const goals = { next: 100, ink: 16 };

function told(name: string, times: readonly number[], goal: number): void {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  const [median, p95, most] = [0.5, 0.95, 1].map((share) => at(share).toFixed(1));
  const verdict = at(0.5) <= goal ? (at(0.95) <= goal ? 'reached' : 'reached by the median') : 'MISSED';
  console.log(
    `${name}: ${times.length} times, median ${median} ms, p95 ${p95} ms, slowest ${most} ms (goal ${goal} ms: ${verdict})`,
  );
}

const program = new Command('bench:label')
  .description('Measures the label page in a browser, on a server of its own.')
  .addArgument(new Argument('[parts...]', 'which; default all').choices(['next', 'strokes', 'memory']))
  .option('--quick', 'little of each: says that all of it runs, not how fast', false)
  .parse();
const { quick } = program.opts<{ quick: boolean }>();
const runs = (name: string) => program.args.length === 0 || program.args.includes(name);

const setting = await openSetting();
try {
  if (runs('next')) {
    for (const kind of ['box', 'pixel'] as const) {
      told(`next image, 5 megapixels, ${kind}`, await nextImage(setting, kind, quick ? 3 : 14), goals.next);
    }
  }
  if (runs('strokes')) {
    const { work, frame } = await strokes(setting, quick ? 24 : 240);
    told('ink behind the pointer, 12 megapixels, work of the page', work, goals.ink);
    told('ink behind the pointer, 12 megapixels, until its frame was begun', frame, goals.ink);
  }
  if (runs('memory')) {
    for (const { image, heapMegabytes, browserMegabytes } of await memory(setting, quick ? 50 : 500)) {
      console.log(`image ${image}: heap ${heapMegabytes.toFixed(1)} MiB, browser ${browserMegabytes.toFixed(0)} MiB`);
    }
  }
} finally {
  await setting.close();
}
