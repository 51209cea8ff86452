import { setTimeout as delay } from 'node:timers/promises';
import { makeDataset, nameOf, type LabelPageSetting } from './setting.js';

const size = { width: 1600, height: 1200 };

/** What the browser holds behind an image of a row. */
export interface Held {
  image: number;
  heapMegabytes: number;
  browserMegabytes: number;
}

/** Looks at so many images in a row, with a mark on each tenth, and asks now and then what is held. */
export async function memory(setting: LabelPageSetting, images: number): Promise<Held[]> {
  const { page, devtools, show } = setting;
  const dataset = await makeDataset(setting, 'memory', images, size);
  await show(dataset, 0, 'pixel');
  await devtools.send('Performance.enable');
  const held: Held[] = [];
  for (let i = 1; i < images; i++) {
    await page.keyboard.press(i % 10 === 0 ? 'Space' : 'f');
    await page.getByRole('heading', { name: nameOf(i) }).waitFor();
    if (i % 10 === 9) await page.keyboard.press('n');
    if (i % 50 === 49) held.push({ image: i + 1, ...(await heldNow(setting)) });
  }
  return held;
}

/** Milliseconds until every process of the browser has given back what it may. */
const givenBack = 2000;

/** What stays when the browser is told that memory is short: pictures it keeps decoded in case they are seen again are not counted. */
async function heldNow({ devtools, browserMegabytes }: LabelPageSetting): Promise<Omit<Held, 'image'>> {
  await devtools.send('Memory.simulatePressureNotification', { level: 'critical' });
  await delay(givenBack);
  await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')!.value;
  return { heapMegabytes: heap / 2 ** 20, browserMegabytes: await browserMegabytes() };
}
