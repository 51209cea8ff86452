import { expect, it } from 'vitest';
import { Turns } from '../../../src/worker/prediction/turns.js';

/** Work that ends when it is told, and notes that it began. */
function work(name: string, began: string[]) {
  let end: (value: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => (end = resolve));
  return {
    run: () => {
      began.push(name);
      return ended;
    },
    end: () => end(name),
  };
}

it('patient work begins when nothing urgent waits, and one runs at a time', async () => {
  const [turns, began] = [new Turns(), [] as string[]];
  const [first, second, shadow, third] = ['first', 'second', 'shadow', 'third'].map((name) => work(name, began));
  const answers = [turns.urgent(first!.run)];
  const patient = turns.patient(shadow!.run);
  answers.push(turns.urgent(second!.run));
  first!.end();
  await answers[0];
  await new Promise((resolve) => setImmediate(resolve));
  expect(began).toEqual(['first', 'second']);
  second!.end();
  await answers[1];
  await expect.poll(() => began).toEqual(['first', 'second', 'shadow']);
  const late = turns.urgent(third!.run);
  shadow!.end();
  expect(await patient).toBe('shadow');
  third!.end();
  expect(await late).toBe('third');
  expect(began).toEqual(['first', 'second', 'shadow', 'third']);
});

it('goes on behind work that failed', async () => {
  const turns = new Turns();
  await expect(turns.urgent(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await turns.patient(() => Promise.resolve('well'))).toBe('well');
});
