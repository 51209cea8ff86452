import type { Readable } from 'node:stream';

/** What the store holds under an address: the address itself, lower-case hexadecimal sha256 of the content, and its size. */
export interface StoredBlob {
  sha256: string;
  bytes: number;
}

/** A blob in a listing of the store. */
export interface ListedBlob extends StoredBlob {
  /** When it was stored, or stored again, last. */
  storedAt: Date;
}

/** Bytes in memory or arriving piece by piece. */
export type BlobContent = Uint8Array | AsyncIterable<Uint8Array>;

export interface PutOptions {
  /** Content longer than this is refused with a fault PAYLOAD_TOO_LARGE as soon as it exceeds it; nothing stays behind. */
  maximumBytes?: number;
  /** Called when all bytes have arrived and before they become visible. What it throws is passed on; nothing stays behind. */
  accept?: (blob: StoredBlob) => void;
}

/** Holds immutable content under its own sha256, so that equal content is held once and damage is noticed. */
export interface BlobStore {
  /**
   * Stores content durably and answers its address. Storing what is already there makes it young again, and whole where
   * it was damaged.
   *
   * @throws FaultError PAYLOAD_TOO_LARGE, or SERVICE_UNAVAILABLE when a remote store does not answer; ProblemError
   *   STORAGE_FULL.
   */
  put(content: BlobContent, options?: PutOptions): Promise<StoredBlob>;
  /** All bytes, verified. @throws ProblemError NOT_FOUND or ARTIFACT_CORRUPT. */
  read(sha256: string): Promise<Buffer>;
  /** A stream that fails with ARTIFACT_CORRUPT at its end when the content is damaged. @throws ProblemError NOT_FOUND. */
  open(sha256: string): Promise<Readable>;
  /** Size in bytes, or undefined when the store does not hold it. */
  size(sha256: string): Promise<number | undefined>;
  has(sha256: string): Promise<boolean>;
  /**
   * Path of a local, verified file with this content, for readers that need random access. Not to be changed or removed.
   *
   * @throws ProblemError NOT_FOUND or ARTIFACT_CORRUPT.
   */
  localFile(sha256: string): Promise<string>;
  /**
   * Reads the stored bytes themselves, not a copy kept nearby, and compares them with their address.
   *
   * @throws ProblemError NOT_FOUND or ARTIFACT_CORRUPT.
   */
  verify(sha256: string): Promise<StoredBlob>;
  /** Everything the store holds, in no particular order. */
  list(): AsyncIterable<ListedBlob>;
  /** Removes a blob, unless it was stored, or stored again, at `storedBefore` or later. @returns whether it was removed. */
  remove(sha256: string, storedBefore?: Date): Promise<boolean>;
}

/** Later than anything is stored. */
export const endOfTime = new Date(8.64e15);
