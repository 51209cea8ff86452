/**
 * An installation with plugins from outside, in a process of its own. Its arguments are the address of a database and a JSON list
 * of trainings; it runs them one after the other and prints how each ended as a line of JSON, after a line with its job's id.
 */
import { pluginKinds } from '../../src/plugin-api/index.js';
import { Installation } from './installation.js';

const [url, choices] = process.argv.slice(2);
const installation = await Installation.open(url!, {
  RESIDUA_PLUGINS: process.env['RESIDUA_PLUGINS'] ?? '',
  RESIDUA_STEP_TIMEOUT_SECONDS: process.env['RESIDUA_STEP_TIMEOUT_SECONDS'] ?? '600',
});
// One process is API and worker here: loaded first, plugins need no process of their own to check each choice.
const { registry } = installation.runtime;
for (const kind of pluginKinds) for (const { id } of registry.facts(kind)) await registry.load(kind, id);
const snapshotId = await installation.snapshot('tiles');
for (const choice of JSON.parse(choices!) as object[]) {
  try {
    const { jobId } = await installation.start({ snapshotId, ...choice });
    console.log(jobId);
    const { job, events } = await installation.ended(jobId);
    const logs = events.flatMap(({ payload }) => ('message' in payload ? [payload.message] : []));
    console.log(JSON.stringify({ state: job.state, failure: job.failure, attempt: job.attempt, logs }));
  } catch (error) {
    console.log('refused');
    console.log(JSON.stringify({ problems: (error as { problems?: object[] }).problems ?? String(error) }));
  }
}
await installation.stop();
process.exit(0);
