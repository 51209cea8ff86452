import { problem, type ProblemError } from '../shared/errors.js';
import { shown } from './shown.js';
import { refusal } from './imageCheck.js';
import type { Colour, MaskSamples } from './maskSamples.js';

/** What of a mask is anomalous; at most one of both. Without one the mask has two values, of which the rule is plain. */
export interface MaskChoice {
  /** 1 to 255, for 8 bits: every pixel with a value at or above it. */
  threshold?: number | undefined;
  /** Every pixel with this value: a grey value or palette number such as `3`, or a colour such as `255,0,0` or `#ff0000`. */
  value?: string | undefined;
}

/** The value of a pixel: its grey value or, below 0, a number that stands for its colour. */
type PixelValue = number;

const mostDistinct = 1000;
/** Distinct values listed in a message. */
const shownValues = 8;
/** How far a channel may be from the value asked for in a file whose compression blurs values. */
const lossyTolerance = 48;
/** Of a blurred mask: pixels between the two values, as a share of those of the rarer value. */
const mostBetween = 0.25;

/** Says of every pixel whether it is anomalous. @throws ProblemError MASK_NOT_BINARY, MASK_AMBIGUOUS. */
export function anomalousPixels(samples: MaskSamples, choice: MaskChoice, item: string | undefined): Uint8Array {
  checkPalette(samples, choice, item);
  if (samples.hasAlpha) checkOpaque(samples, item);
  const isAnomalous = ruleOf(samples, choice, item);
  const { data, channels } = samples;
  return Uint8Array.from({ length: data.length / channels }, (_, pixel) => (isAnomalous(pixel * channels) ? 1 : 0));
}

/** Whether the pixel whose first sample stands at a place is anomalous. */
type PixelRule = (at: number) => boolean;

function ruleOf(samples: MaskSamples, { threshold, value }: MaskChoice, item: string | undefined): PixelRule {
  if (value !== undefined) return ruleOfValue(samples, parseMaskValue(value));
  const brightness = brightnessOf(samples);
  if (threshold !== undefined) {
    const limit = (threshold / 255) * samples.maximum;
    return (at) => brightness(at) >= limit;
  }
  const inPalette = paletteMark(samples, item);
  if (inPalette !== undefined) return (at) => samples.data[at] === inPalette;
  const distinct = distinctValues(samples);
  if (samples.lossy && distinct.size > 2) return ruleOfBlurred(samples, brightness, distinct, item);
  const anomalous = anomalousValue(samples, distinct, item);
  return (at) => valueAt(samples, at) === anomalous;
}

/** A mask value as people write it. @throws ProblemError BAD_USER_INPUT. */
export function parseMaskValue(text: string): number | Colour {
  const plain = text.replaceAll(/[\s()]/g, '');
  if (/^\d{1,5}$/.test(plain)) return Number(plain);
  const hex = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(plain);
  const decimal = /^(\d{1,3}),(\d{1,3}),(\d{1,3})$/.exec(plain);
  const channels = (hex ?? decimal)?.slice(1).map((part) => parseInt(part, hex ? 16 : 10));
  if (channels?.every((channel) => channel <= 255)) return channels as unknown as Colour;
  const rule = 'it must be a grey value or palette number such as 3, or a colour such as 255,0,0 or #ff0000';
  throw problem('BAD_USER_INPUT', `maskValue is '${shown(text)}'; ${rule}`);
}

function ruleOfValue(samples: MaskSamples, wanted: number | Colour): PixelRule {
  const tolerance = samples.lossy ? lossyTolerance : 0;
  if (typeof wanted === 'number' && samples.palette) return (at) => samples.data[at] === wanted;
  const colour = typeof wanted === 'number' ? ([wanted, wanted, wanted] as const) : wanted;
  return (at) => channelsAt(samples, at).every((channel, i) => Math.abs(channel - colour[i]!) <= tolerance);
}

/**
 * The number that marks the defect in a palette mask of two numbers. The first number and the darker colour both commonly stand
 * for what is normal; where they are not the same, what there is more of decides. Undefined for any other mask.
 */
function paletteMark({ data, palette }: MaskSamples, item: string | undefined): number | undefined {
  const counts = new Map<number, number>();
  if (palette) for (const number of data) counts.set(number, (counts.get(number) ?? 0) + 1);
  const numbers = [...counts.keys()].sort((a, b) => a - b);
  const [first, second] = numbers;
  if (!palette || first === undefined || second === undefined || numbers.length > 2) return undefined;
  const brightness = (number: number) => Math.max(...(palette.colours[number] ?? [0]));
  const [firstCount, secondCount] = [counts.get(first)!, counts.get(second)!];
  if (brightness(first) < brightness(second) || firstCount > secondCount) return second;
  if (brightness(second) < brightness(first) && secondCount > firstCount) return first;
  const colours = numbers.map((number) => `${number} (${palette.colours[number]!.join(' ')})`).join(' and ');
  const text = `is a palette mask of the numbers ${colours}, and it is unclear which marks the defect`;
  throw refusal('MASK_AMBIGUOUS', item, `${text}; option maskValue takes it, e.g. ${second}`);
}

/** The two values of a mask whose compression blurred them: bright and dark, with few pixels in between. */
function ruleOfBlurred(
  samples: MaskSamples,
  brightness: (at: number) => number,
  distinct: ReadonlySet<PixelValue>,
  item: string | undefined,
): PixelRule {
  const counts = new Array<number>(256).fill(0);
  for (let at = 0; at < samples.data.length; at += samples.channels) counts[brightness(at)]! += 1;
  const low = counts.findIndex((count) => count > 0);
  const high = counts.findLastIndex((count) => count > 0);
  const from = low + (high - low) / 4;
  const to = high - (high - low) / 4;
  const sum = (wanted: (value: number) => boolean) =>
    counts.reduce((total, count, value) => total + (wanted(value) ? count : 0), 0);
  const [dark, between, bright] = [sum((v) => v < from), sum((v) => v >= from && v <= to), sum((v) => v > to)];
  if (high - low < 64 || between > mostBetween * Math.min(dark, bright)) throw notBinary(distinct, item);
  const middle = (low + high) / 2;
  return (at) => brightness(at) > middle;
}

/** Which value of a mask is the anomalous one; undefined when nothing is marked. */
function anomalousValue(
  samples: MaskSamples,
  distinct: ReadonlySet<PixelValue>,
  item: string | undefined,
): PixelValue | undefined {
  const values = [...distinct].sort((a, b) => a - b);
  if (values.length > 2) throw notBinary(distinct, item);
  const [first, second] = values as [PixelValue, PixelValue?];
  if (second !== undefined) {
    const marks = values.filter((value) => value !== 0);
    if (marks.length === 1) return marks[0];
    if (first < 0) throw twoColours(values, item);
    return second;
  }
  if (first === 0) return undefined;
  // One value all over: plain for what commonly means anomalous, and for a palette's colour.
  if (first === 1 || first === 255 || first === samples.maximum || samples.palette) return first;
  throw notBinary(distinct, item);
}

function distinctValues(samples: MaskSamples): Set<PixelValue> {
  const distinct = new Set<PixelValue>();
  for (let at = 0; at < samples.data.length && distinct.size <= mostDistinct; at += samples.channels) {
    distinct.add(valueAt(samples, at));
  }
  return distinct;
}

function brightnessOf(samples: MaskSamples): (at: number) => number {
  const { data, channels, hasAlpha, palette } = samples;
  if (palette) return (at) => Math.max(...palette.colours[data[at]!]!);
  const colours = hasAlpha ? channels - 1 : channels;
  if (colours < 3) return (at) => data[at]!;
  return (at) => Math.max(data[at]!, data[at + 1]!, data[at + 2]!);
}

function channelsAt({ data, channels, hasAlpha, palette }: MaskSamples, at: number): Colour {
  const first = data[at]!;
  if (palette) return palette.colours[first] ?? [0, 0, 0];
  return channels - (hasAlpha ? 1 : 0) < 3 ? [first, first, first] : [first, data[at + 1]!, data[at + 2]!];
}

function valueAt(samples: MaskSamples, at: number): PixelValue {
  const { data, channels, hasAlpha, palette } = samples;
  if (!palette && channels - (hasAlpha ? 1 : 0) < 3) return data[at]!;
  const [red, green, blue] = channelsAt(samples, at);
  return red === green && green === blue ? red : -(red + green * 65_536 + blue * 65_536 ** 2);
}

function checkOpaque({ data, channels, maximum }: MaskSamples, item: string | undefined): void {
  for (let at = channels - 1; at < data.length; at += channels) {
    if (data[at] !== maximum) throw transparent(item);
  }
}

/** Numbers that cannot be told apart by their colours are an accident, and read by colour the mask would mark nothing. */
function checkPalette({ data, palette }: MaskSamples, { value }: MaskChoice, item: string | undefined): void {
  if (!palette || (value !== undefined && typeof parseMaskValue(value) === 'number')) return;
  const used = [...new Set(data)].sort((a, b) => a - b);
  if (used.some((number) => palette.transparent.has(number))) throw transparent(item);
  const seen = new Map<string, number>();
  for (const number of used) {
    const colour = (palette.colours[number] ?? []).join(' ');
    const twin = seen.get(colour);
    if (twin !== undefined) {
      const text = `is a palette mask whose numbers ${twin} and ${number} have the same colour (${colour})`;
      throw refusal(
        'MASK_AMBIGUOUS',
        item,
        `${text}; option maskValue takes the number that marks the defect, e.g. ${number}`,
      );
    }
    seen.set(colour, number);
  }
}

function transparent(item: string | undefined): ProblemError {
  const text = 'is a mask with transparent pixels, so it is unclear whether colour or transparency marks the defect';
  return refusal('MASK_AMBIGUOUS', item, `${text}; save it without an alpha channel`);
}

function twoColours(values: readonly PixelValue[], item: string | undefined): ProblemError {
  const listed = values.map((value) => shownValue(value)).join(' and ');
  const text = `has the colours ${listed}, neither of them black, so it is unclear which marks the defect`;
  return refusal(
    'MASK_AMBIGUOUS',
    item,
    `${text}; option maskValue takes the one that does, e.g. ${example(values[0]!)}`,
  );
}

function notBinary(distinct: ReadonlySet<PixelValue>, item: string | undefined): ProblemError {
  const values = [...distinct].sort((a, b) => a - b);
  const listed = values.slice(0, shownValues).map(shownValue).join(', ');
  const count = values.length > mostDistinct ? `over ${mostDistinct}` : String(values.length);
  const more = values.length > shownValues ? ` … (${count} in all)` : '';
  const hints =
    'option maskThreshold (1 to 255, e.g. 128) takes every value at or above it as anomalous, ' +
    `option maskValue (e.g. ${example(values.at(-1)!)}) one value`;
  return refusal('MASK_NOT_BINARY', item, `has the mask values ${listed}${more}; a mask holds two values; ${hints}`);
}

function colourOf(value: PixelValue): Colour {
  const colour = -value;
  return [colour % 65_536, Math.floor(colour / 65_536) % 65_536, Math.floor(colour / 65_536 ** 2)];
}

function example(value: PixelValue): string {
  return value >= 0 ? String(value) : colourOf(value).join(',');
}

function shownValue(value: PixelValue): string {
  return value >= 0 ? String(value) : `(${colourOf(value).join(' ')})`;
}
