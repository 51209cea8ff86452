/** Trains the one row that its parent orders: see `runRowApart`. */
import { resolve } from 'node:path';
import { builtInPlugins } from '../../plugins/index.js';
import { createCompute, importOnnx } from '../../src/compute/index.js';
import { ModelFiles, PluginRegistry } from '../../src/plugin-host/index.js';
import { ProblemError } from '../../src/shared/errors.js';
import { planRow } from './rows.js';
import { shownImages } from './mapStrips.js';
import { readPack } from './packs.js';
import { runRow } from './runRow.js';
import type { RowMessage, RowOrder, RowOutcome } from './runRowApart.js';

process.once('message', (order: RowOrder) => void run(order).then(tell));
// The parent has the outcome, or is gone.
process.once('disconnect', () => process.exit());

async function run({ packs, pack: choice, preset, row, seed }: RowOrder): Promise<RowOutcome> {
  const models = new ModelFiles(resolve('.residua/models'));
  const tools = {
    compute: await createCompute(),
    registry: new PluginRegistry(builtInPlugins),
    files: { cacheDirectory: resolve('.residua/cache'), modelFile: models.read.bind(models), importOnnx },
    say: (text: string) => tell({ say: text }),
  };
  try {
    const pack = await readPack(packs, choice, seed);
    const { plan } = planRow(tools.registry, row, preset);
    return await runRow({ row, plan, seed, shown: shownImages(pack, choice) }, pack, tools);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { problem: error.problems[0]!.message };
  } finally {
    await tools.compute.dispose();
  }
}

function tell(message: RowMessage): void {
  process.send!(message);
}
