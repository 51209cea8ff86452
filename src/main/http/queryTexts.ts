import { textFault } from '../../services/names.js';

/** Whether texts of an address can be names: one that no name can be would be the database's error. */
export function storable(...texts: readonly string[]): boolean {
  return texts.every((text) => textFault(text, Infinity) === undefined);
}

/** A parameter of an address; one that is given twice is told as it came. */
export function textOf(value: string | string[] | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
