import { ProblemError, type Problem } from '../../shared/errors.js';
import { PluginsDocument, type ResiduaClient, TrainingPresetsDocument } from '../../client/index.js';
import type { QuickstartOptions } from './options.js';

/**
 * Asks the server whether it knows what it will be told to train with, before images are imported for it.
 * @returns those of the detectors that train in steps.
 * @throws ProblemError CONFIG_INVALID for each detector it cannot use, a preset that one does not have, and steps that none has.
 */
export async function checkChoices(
  client: ResiduaClient,
  { detectors, preset, steps }: Pick<QuickstartOptions, 'detectors' | 'preset' | 'steps'>,
): Promise<{ inSteps: string[] }> {
  const found = (await client.request(PluginsDocument, { kind: 'DETECTOR' })).plugins.filter((each) => each.available);
  const known = found.map(({ name }) => name);
  const presets = (await client.request(TrainingPresetsDocument, { detector: null })).trainingPresets;
  const usable = detectors.filter((name) => known.includes(name));
  const hasSteps = ({ paramsSchema }: { paramsSchema: { properties?: object } }) =>
    'steps' in (paramsSchema.properties ?? {});
  const inSteps = found.filter((each) => usable.includes(each.name) && hasSteps(each)).map(({ name }) => name);
  const problems: Problem[] = detectors
    .filter((name) => !usable.includes(name))
    .map((name) => unknown('detector', name, known));
  for (const detector of usable) {
    const names = [...new Set(presets.filter((each) => each.detector === detector).map(({ name }) => name))];
    if (!names.includes(preset)) problems.push(unknown('preset', preset, names, ` of detector ${detector}`));
  }
  if (steps !== undefined && usable.length > 0 && inSteps.length === 0) {
    const message = `steps is ${steps}: ${usable.join(', ')} ${usable.length > 1 ? 'do' : 'does'} not train in steps`;
    problems.push({ code: 'CONFIG_INVALID', message, item: 'steps' });
  }
  const [first, ...rest] = problems;
  if (first) throw new ProblemError([first, ...rest]);
  return { inSteps };
}

function unknown(what: string, name: string, known: readonly string[], where = ''): Problem {
  const message = `there is no ${what} "${name}"${where}; known: ${known.join(', ')}`;
  return { code: 'CONFIG_INVALID', message, item: name };
}
