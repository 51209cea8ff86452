import { makeDataset, nameOf, type LabelPageSetting } from './setting.js';

/** About five megapixels. */
const size = { width: 2592, height: 1944 };

/** Milliseconds somebody looks at each image: meanwhile the next ones are fetched and decoded. */
const look = 4_000;

/** Watches for the moment at which an image is on the screen: the frame behind the one that was painted with it. */
const watch = `(name) => void (window.shown = new Promise((done) => {
  const pressed = new Promise((at) => window.addEventListener('keydown', ({ timeStamp }) => at(timeStamp), { once: true, capture: true }));
  const painted = () => requestAnimationFrame(() => requestAnimationFrame(async (now) => done(now - await pressed)));
  const isShown = () => document.querySelector('.tools h2')?.textContent === name;
  const observer = new MutationObserver(() => { if (isShown()) { observer.disconnect(); painted(); } });
  observer.observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true });
}))`;

/** From the key to the next of so many images of five megapixels on the screen, in milliseconds each. */
export async function nextImage(setting: LabelPageSetting, kind: 'box' | 'pixel', images: number): Promise<number[]> {
  const { page, show } = setting;
  const dataset = await makeDataset(setting, `next, ${kind}`, images, size);
  await show(dataset, 0, kind);
  const times: number[] = [];
  for (let i = 1; i < images; i++) {
    await page.waitForTimeout(look);
    await page.evaluate(`(${watch})(${JSON.stringify(nameOf(i))})`);
    await page.keyboard.press('f');
    times.push(await page.evaluate<number>('window.shown'));
  }
  return times;
}
