import { Command } from 'commander';
import {
  accepted,
  EvaluateModelDocument,
  EvaluationOutcomeDocument,
  nodeOf,
  present,
  type NeededDevice,
  type Split,
} from '../../client/index.js';
import { UsageError } from '../terminal/printError.js';
import { maskRemark, metricsTable, trainedOnRemark } from '../terminal/metricsTable.js';
import { asClient, deviceOption, splitOption, withClientOptions, type ClientOptions } from './options.js';
import { findModelVersion } from './findModelVersion.js';
import { onSnapshot } from './onSnapshot.js';
import { watchJob } from './watchCommand.js';

interface EvaluateOptions extends ClientOptions {
  snapshot?: string;
  dataset?: string;
  split: Split;
  device?: NeededDevice;
}

/** `residua evaluate`. */
export function evaluateCommand(): Command {
  return withClientOptions(new Command('evaluate'))
    .description('measure a model version on a snapshot and print its metrics')
    .argument('<model>', 'name, name@version or name@alias; without version the newest')
    .option('--snapshot <id>', 'snapshot to measure on; left out, the one it was trained on')
    .option('--dataset <name>', 'measure on this data set as it is now')
    .addOption(splitOption('images to measure on').default('TEST'))
    .addOption(deviceOption())
    .addHelpText(
      'after',
      '\nExamples:\n  residua evaluate tiles\n  residua evaluate tiles@champion --dataset plates --json',
    )
    .action((reference: string, options: EvaluateOptions) =>
      asClient(options, async (client, terminal) => {
        const { snapshot, dataset } = options;
        if (snapshot !== undefined && dataset !== undefined) throw new UsageError('give --snapshot or --dataset');
        const version = await findModelVersion(client, reference);
        const start = async (snapshotId: string) => {
          const input = { modelVersionId: version.id, snapshotId, split: options.split, device: options.device };
          return accepted((await client.request(EvaluateModelDocument, { input })).evaluateModel);
        };
        const payload = await (dataset === undefined
          ? start(snapshot ?? version.snapshot.id)
          : onSnapshot(client, dataset, start));
        const { id } = present(payload.evaluation, 'evaluation');
        await watchJob(client, terminal, id, reference);
        const outcome = nodeOf((await client.request(EvaluationOutcomeDocument, { id })).node, id);
        const { byDefectType, imagesWithoutMask, imagesTrainedOn } = outcome;
        const metrics = present(outcome.metrics, 'metrics');
        if (terminal.json)
          return terminal.emit({ evaluation: id, metrics, byDefectType, imagesWithoutMask, imagesTrainedOn });
        const rows = byDefectType.map((row) => ({ name: `${row.defectType} (${row.images})`, metrics: row.metrics }));
        terminal.say(metricsTable([{ name: reference, metrics }, ...rows]));
        const remarks = [maskRemark({ imagesWithoutMask, metrics }), trainedOnRemark(imagesTrainedOn)];
        for (const remark of remarks) if (remark) terminal.say(remark);
        terminal.say(`look at it with: residua report ${id}`);
      }),
    );
}
