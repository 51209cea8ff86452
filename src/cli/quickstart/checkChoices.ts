import { ProblemError, type Problem } from '../../shared/errors.js';
import { PluginsDocument, type ResiduaClient, TrainingPresetsDocument } from '../../client/index.js';

/**
 * Asks the server whether it knows what it will be told to train with, before images are imported for it.
 * @throws ProblemError CONFIG_INVALID for each detector it cannot use and a preset it does not know.
 */
export async function checkChoices(
  client: ResiduaClient,
  { detectors, preset }: { detectors: readonly string[]; preset: string },
): Promise<void> {
  const found = (await client.request(PluginsDocument, { kind: 'DETECTOR' })).plugins;
  const usable = found.filter(({ available }) => available).map(({ name }) => name);
  const presets = [...new Set((await client.request(TrainingPresetsDocument)).trainingPresets.map(({ name }) => name))];
  const [first, ...rest] = [
    ...detectors.filter((name) => !usable.includes(name)).map((name) => unknown('detector', name, usable)),
    ...(presets.includes(preset) ? [] : [unknown('preset', preset, presets)]),
  ];
  if (first) throw new ProblemError([first, ...rest]);
}

function unknown(what: string, name: string, known: readonly string[]): Problem {
  return { code: 'CONFIG_INVALID', message: `there is no ${what} "${name}"; known: ${known.join(', ')}`, item: name };
}
