import { makeDataset, type LabelPageSetting } from './setting.js';

/** About twelve megapixels. */
const size = { width: 4000, height: 3000 };

/**
 * For each move of the pointer: milliseconds of the page's own work, and until the frame that shows it begins. A message comes behind everything the page does
 * in answer to the event.
 */
const measured = `(() => {
  window.strokes = { work: [], frame: [] };
  const channel = new MessageChannel();
  let began = 0;
  channel.port1.onmessage = () => window.strokes.work.push(performance.now() - began);
  window.addEventListener('pointermove', ({ timeStamp }) => {
    began = performance.now();
    channel.port2.postMessage(0);
    requestAnimationFrame(() => setTimeout(() => window.strokes.frame.push(performance.now() - timeStamp)));
  }, { capture: true });
})()`;

/** What {@link measured} has collected. */
export interface StrokeTimes {
  work: number[];
  frame: number[];
}

/** Draws a long stroke, of so many moves of the pointer, over an image of twelve megapixels with a broad brush. */
export async function strokes(setting: LabelPageSetting, moves: number): Promise<StrokeTimes> {
  const { page, show } = setting;
  const dataset = await makeDataset(setting, 'strokes', 1, size);
  await show(dataset, 0, 'pixel');
  await page.getByRole('slider').first().fill('120');
  const { x, y, width, height } = (await page.locator('canvas.raster').boundingBox())!;
  const at = (share: number) =>
    [x + width * (0.2 + 0.6 * share), y + height * (0.5 + 0.3 * Math.sin(share * 12))] as const;
  await page.mouse.move(...at(0));
  await page.mouse.down();
  await page.evaluate(measured);
  for (let i = 1; i <= moves; i++) await page.mouse.move(...at(i / moves));
  const times = await page.evaluate<StrokeTimes>('window.strokes');
  await page.mouse.up();
  return times;
}
