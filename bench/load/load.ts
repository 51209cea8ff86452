/**
 * Puts load on the product and says whether it bears it: real processes, PostgreSQL included, on this machine alone.
 *
 *     npm run load                        every scenario, about 20 minutes
 *     npm run load -- stalled requests    some
 *
 * Exits with 1 when a goal was missed.
 */
import { listTable } from '../../src/cli/terminal/table.js';
import type { Check, Scenario } from './scenario.js';
import { requests } from './scenarios/requests.js';
import { soak } from './scenarios/soak.js';
import { burst, manySockets, manySubscribers, manyWorkers, stalledSubscriber } from './scenarios/subscriptions.js';
import { openSetting } from './setting.js';

const scenarios = [manySubscribers, stalledSubscriber, manySockets, burst, requests, manyWorkers, soak];

const wanted = process.argv.slice(2);
const names = scenarios.map(({ name }) => name);
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) throw new Error(`no scenario ${unknown.join(', ')}; there are ${names.join(', ')}`);

const rows: (Check & { scenario: string })[] = [];
for (const scenario of scenarios) {
  if (wanted.length === 0 || wanted.includes(scenario.name)) rows.push(...(await measure(scenario)));
}
const cells = rows.map(({ scenario, what, measured, goal, ok }) => [scenario, what, measured, goal, ok ? 'yes' : 'NO']);
console.log(listTable([['scenario', 'measured', '', 'goal', 'ok'], ...cells]));
process.exit(rows.every(({ ok }) => ok) ? 0 : 1);

async function measure(scenario: Scenario): Promise<(Check & { scenario: string })[]> {
  console.error(`${scenario.name} …`);
  const setting = await openSetting();
  try {
    return (await scenario.run(setting)).map((check) => ({ scenario: scenario.name, ...check }));
  } catch (error) {
    // What the others have measured is worth seeing all the same.
    return [
      { scenario: scenario.name, what: `could not be measured: ${String(error)}`, measured: '', goal: '', ok: false },
    ];
  } finally {
    await setting.stop();
  }
}
