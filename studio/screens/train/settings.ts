import type { TrainingPresetsQuery } from '../../../src/client/index.js';

export type Preset = TrainingPresetsQuery['trainingPresets'][number];

/** A value that one field can hold. */
export type PlainValue = number | boolean | string;

/** What differs from a preset, by the names of {@link settingsOf}. */
export type ChangedSettings = Readonly<Record<string, PlainValue>>;

const imageSize = 'imageSize';

/** The plain values of a preset by name; one inside a group is `group.name`. Lists are left to programs. */
export function settingsOf({ settings, params }: Preset): Record<string, PlainValue> {
  const plain = (group: Record<string, unknown>, prefix: string): [string, PlainValue][] =>
    Object.entries(group).flatMap(([name, value]) => (isPlain(value) ? [[prefix + name, value]] : []));
  const groups = Object.entries(params).filter((entry): entry is [string, Record<string, unknown>] =>
    isGroup(entry[1]),
  );
  return Object.fromEntries([
    [imageSize, settings.imageSize],
    ...plain(params, ''),
    ...groups.flatMap(([name, group]) => plain(group, `${name}.`)),
  ]);
}

/** Of what was changed, the image size and the detector's parameters; a group is sent whole. */
export function choiceOf({ params }: Preset, changed: ChangedSettings) {
  const chosen: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(changed)) {
    const [outer = '', inner] = name.split('.');
    if (inner === undefined) chosen[outer] = value;
    else chosen[outer] = { ...((chosen[outer] ?? params[outer]) as object), [inner]: value };
  }
  const { [imageSize]: side, ...own } = chosen;
  return { params: own, ...(typeof side === 'number' && { settings: { imageSize: side } }) };
}

function isPlain(value: unknown): value is PlainValue {
  return ['number', 'boolean', 'string'].includes(typeof value);
}

function isGroup(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
