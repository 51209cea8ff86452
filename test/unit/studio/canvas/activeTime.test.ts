import { describe, expect, it } from 'vitest';
import { ActiveTime } from '../../../../studio/canvas/activeTime.js';

describe('active seconds', () => {
  it('count ten seconds of looking, and no more', () => {
    const clock = new ActiveTime();
    clock.act(1_000);
    expect([clock.seconds(4_000), clock.seconds(60_000)]).toEqual([3, 10]);
  });

  it('go on while somebody works, and leave out what lies between', () => {
    const clock = new ActiveTime();
    for (const at of [0, 8_000, 16_000]) clock.act(at);
    expect(clock.seconds(20_000)).toBe(20);
    clock.act(300_000);
    expect(clock.seconds(302_000)).toBe(26 + 2);
  });

  it('stop while the page is not seen', () => {
    const clock = new ActiveTime();
    clock.act(0);
    clock.pause(4_000);
    expect(clock.seconds(9_000)).toBe(4);
    clock.act(20_000);
    expect(clock.seconds(21_000)).toBe(5);
  });

  it('are not counted twice when the page is left long after the last input', () => {
    const clock = new ActiveTime();
    clock.act(0);
    clock.pause(60_000);
    clock.pause(61_000);
    expect(clock.seconds(70_000)).toBe(10);
  });

  it('go on from those of a draft', () => {
    const clock = new ActiveTime(12.5);
    clock.act(0);
    expect(clock.seconds(1_500)).toBe(14);
  });
});
