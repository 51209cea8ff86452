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

  it('begin anew behind a save', () => {
    const clock = new ActiveTime(3);
    clock.act(0);
    clock.restart(5_000);
    expect(clock.seconds(9_000)).toBe(0);
    clock.act(10_000);
    expect(clock.seconds(12_000)).toBe(2);
  });
});

describe('gaps between inputs', () => {
  it('are counted in steps of a second, from which the seconds can be made again', () => {
    const clock = new ActiveTime();
    for (const at of [0, 400, 2_900, 30_000]) clock.act(at);
    const { method, gapSeconds, gaps } = clock.measurement(33_500);
    expect([method, gapSeconds]).toEqual(['ACTIVE_INTERVALS', 10]);
    expect(Object.entries(gaps).filter(([, count]) => count > 0)).toEqual([
      ['0', 1],
      ['2', 1],
      ['3', 1],
      ['27', 1],
    ]);
    const again = gaps.reduce((all, count, second) => all + count * Math.min(second + 0.5, gapSeconds), 0);
    expect(Math.abs(again - clock.seconds(33_500))).toBeLessThanOrEqual(2);
  });

  it('hold no time in which the page was not seen, and long ones in the last step', () => {
    const clock = new ActiveTime();
    clock.act(0);
    clock.pause(1_500);
    clock.act(60_000);
    clock.act(2_060_000);
    const { gaps } = clock.measurement(2_060_100);
    expect(gaps).toHaveLength(300);
    expect([gaps[0], gaps[1], gaps[299], gaps[58]]).toEqual([1, 1, 1, 0]);
  });

  it('are not changed by looking at them', () => {
    const clock = new ActiveTime();
    clock.act(0);
    expect(clock.measurement(1_000)).toEqual(clock.measurement(1_000));
  });
});
