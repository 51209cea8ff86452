import { cursorExpired } from '../jobs/index.js';
import { cursorInvalid, decodeCursor, encodeCursor, type CursorArgument } from './pagination.js';

/** A numbered log at one moment. */
export interface LogEnds {
  /** Name of its connection, which its cursors hold. */
  connection: string;
  /** Of the entries kept; 1 when there is none and never was. */
  oldestSeq: number;
  lastSeq: number;
  /** What it belongs to, in words, e.g. `job`. */
  of: string;
}

/**
 * The number a cursor of a log stands for; without one, the place before the oldest entry kept.
 * @throws FaultError CURSOR_INVALID for a cursor of another log or beyond the last entry; CURSOR_EXPIRED when the entry behind it
 *   was deleted for its age.
 */
export function placeInLog(
  { connection, oldestSeq, lastSeq, of }: LogEnds,
  cursor: string | null | undefined,
  argument: CursorArgument = 'after',
): number {
  if (cursor === null || cursor === undefined) return oldestSeq - 1;
  const [seq] = decodeCursor(connection, cursor, argument);
  if (typeof seq !== 'number' || !Number.isInteger(seq) || seq < 1) {
    throw cursorInvalid('its content does not fit', argument);
  }
  if (seq > lastSeq) throw cursorInvalid(`it points behind event ${lastSeq}, the last one of this ${of}`, argument);
  if (seq < oldestSeq - 1) throw cursorExpired(oldestSeq);
  return seq;
}

/** The cursor that continues behind an entry. */
export function cursorInLog(connection: string, seq: number): string {
  return encodeCursor(connection, [seq]);
}

/** Makes records of entries, one of each: followers at the same place share what was read, so they share this, too. */
export function sharedRecords<Entry extends object, Result extends object>(
  toRecord: (entry: Entry) => Result,
): (entries: AsyncIterable<Entry>) => AsyncGenerator<Result> {
  const records = new WeakMap<Entry, Result>();
  return async function* (entries) {
    for await (const entry of entries) {
      const record = records.get(entry) ?? toRecord(entry);
      records.set(entry, record);
      yield record;
    }
  };
}
