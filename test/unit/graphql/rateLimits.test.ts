import { v7 as uuid } from 'uuid';
import { beforeEach, describe, expect, it } from 'vitest';
import { bootstrapPrincipal, localPrincipal, type Principal } from '../../../src/access/index.js';
import { RateLimits, type RateSettings } from '../../../src/graphql/index.js';
import { FaultError } from '../../../src/shared/errors.js';

const guarded: RateSettings = {
  ...{ rates: { principal: 3, address: 5 }, apiToken: 'a-token-of-this-test', oidc: undefined, localAccounts: false },
};
let now: number;
beforeEach(() => {
  now = 1_000_000;
});

const limits = (changes: Partial<RateSettings> = {}) => new RateLimits({ ...guarded, ...changes }, () => now);
const person = (): Principal => ({
  ...localPrincipal,
  kind: 'PERSON',
  id: uuid(),
  via: { kind: 'SESSION', id: uuid() },
});

/** How many of these are let through one after the other. */
function passed(times: number, count: () => void): number {
  let through = 0;
  for (let i = 0; i < times; i++) {
    try {
      count();
      through += 1;
    } catch (error) {
      expect(error).toBeInstanceOf(FaultError);
      expect(error).toMatchObject({ code: 'RATE_LIMITED' });
    }
  }
  return through;
}

describe('rate limits', () => {
  it('let a principal ask so often within a minute, whatever the address and the session, and then again', () => {
    const rates = limits();
    const ada = person();
    expect(passed(4, () => rates.countPrincipal({ ...ada, via: { kind: 'TOKEN', id: uuid() } }))).toBe(3);
    expect(
      passed(3, () => rates.countPrincipal(person())),
      'others',
    ).toBe(3);
    now += 59_999;
    expect(passed(1, () => rates.countPrincipal(ada))).toBe(0);
    now += 1;
    expect(passed(4, () => rates.countPrincipal(ada))).toBe(3);
  });

  it('say how long to wait', () => {
    const rates = limits();
    passed(5, () => rates.countAddress('192.0.2.1'));
    now += 17_500;
    const refused = () => rates.countAddress('192.0.2.1');
    expect(refused).toThrow('More than 5 requests a minute from this address; try again in 43 s.');
    expect(passed(1, refused)).toBe(0);
  });

  it('take all addresses of a /64 network for one, and those of IPv4 apart', () => {
    const rates = limits();
    let i = 0;
    expect(passed(500, () => rates.countAddress(`2001:db8:0:7:${(i++).toString(16)}::1`))).toBe(5);
    expect(passed(9, () => rates.countAddress('2001:db8:0:8::1'))).toBe(5);
    expect(passed(9, () => rates.countAddress('192.0.2.1'))).toBe(5);
    expect(
      passed(9, () => rates.countAddress('::ffff:192.0.2.1')),
      'the same one',
    ).toBe(0);
  });

  it('do not know LOCAL and open servers, count the token of the server by address alone, and can be turned off', () => {
    const open = limits({ apiToken: undefined });
    expect(passed(100, () => open.countAddress('192.0.2.1'))).toBe(100);
    expect(passed(100, () => open.countPrincipal(localPrincipal))).toBe(100);
    expect(passed(100, () => limits().countPrincipal(bootstrapPrincipal))).toBe(100);
    const off = limits({ rates: { principal: 0, address: 0 } });
    const ada = person();
    expect(passed(100, () => off.countPrincipal(ada))).toBe(100);
    expect(passed(100, () => off.countAddress('192.0.2.1'))).toBe(100);
  });
});
