/**
 * Puts load on the product and says whether it bears it: real processes, PostgreSQL included, on this machine alone.
 *
 *     npm run load                        every scenario, about 20 minutes
 *     npm run load -- stalled requests    some
 *
 *     npm run load -- --quick             little of each: whether it runs; goals of speed are shown and not judged
 *
 * Exits with 1 when a goal was missed.
 */
import { Argument, Command } from 'commander';
import { listTable } from '../../src/cli/terminal/table.js';
import { type Check, quickLoad, type Scenario, wholeLoad } from './scenario.js';
import { requests } from './scenarios/requests.js';
import { soak } from './scenarios/soak.js';
import { burst, manySockets, manySubscribers, manyWorkers, stalledSubscriber } from './scenarios/subscriptions.js';
import { openSetting } from './setting.js';

const scenarios = [manySubscribers, stalledSubscriber, manySockets, burst, requests, manyWorkers, soak];

const names = scenarios.map(({ name }) => name);
const program = new Command('load')
  .description('Puts load on the product and says whether it bears it.')
  .addArgument(new Argument('[scenarios...]', 'which; default all').choices(names))
  .option('--quick', 'little of each: says that all of it runs, not what it bears', false)
  .parse();
const { quick } = program.opts<{ quick: boolean }>();
const wanted = program.args;
const size = quick ? quickLoad : wholeLoad;

const rows: (Check & { scenario: string })[] = [];
for (const scenario of scenarios) {
  if (wanted.length === 0 || wanted.includes(scenario.name)) rows.push(...(await measure(scenario)));
}
const cells = rows.map(({ scenario, what, measured, goal, ok }) => [scenario, what, measured, goal, ok ? 'yes' : 'NO']);
console.log(listTable([['scenario', 'measured', '', 'goal', 'ok'], ...cells]));
process.exit(rows.every(({ ok, exact }) => ok || (quick && !exact)) ? 0 : 1);

async function measure(scenario: Scenario): Promise<(Check & { scenario: string })[]> {
  console.error(`${scenario.name} …`);
  const setting = await openSetting();
  try {
    return (await scenario.run(setting, size)).map((check) => ({ scenario: scenario.name, ...check }));
  } catch (error) {
    // What the others have measured is worth seeing all the same.
    return [
      {
        scenario: scenario.name,
        what: `could not be measured: ${String(error)}`,
        measured: '',
        goal: '',
        ok: false,
        exact: true,
      },
    ];
  } finally {
    await setting.stop();
  }
}
