import type { z } from 'zod';
import type { PluginDescription, PluginLog } from './plugin.js';

/** A file that a source holds, as its listing tells. */
export interface ListedFile {
  /** Path inside the source with forward slashes; the image's name comes from it. */
  key: string;
  bytes: number;
  /** Another one whenever the content may be another one: time of change, entity tag. */
  stamp: string;
  /** Whether nobody can be writing on it. Others are taken when two looks in a row saw the same bytes and stamp. */
  isWhole: boolean;
}

/** Where images come from, ready to be looked at. */
export interface SourceConnection {
  /**
   * Everything there is, in pages of at most 1,000. What has the name of an unfinished or hidden file is left out.
   * @throws with a reason in words when it cannot be reached.
   */
  list(signal: AbortSignal): AsyncIterable<readonly ListedFile[]>;
  /** Reads a file. @returns its content with the stamp it has; undefined when it is not there any more. */
  read(
    key: string,
    mostBytes: number,
    signal: AbortSignal,
  ): Promise<{ content: Uint8Array; stamp: string } | undefined>;
  close(): Promise<void>;
}

/** Objects below a prefix of a bucket, with the credentials of the server. */
export interface ObjectBucket {
  /** Pages of at most 1,000, in the order of their keys, which begin behind the prefix. */
  list(signal: AbortSignal): AsyncIterable<readonly { key: string; bytes: number; tag: string }[]>;
  /** @returns undefined when it is not there. @throws ProblemError PAYLOAD_TOO_LARGE. */
  read(key: string, mostBytes: number, signal: AbortSignal): Promise<{ content: Uint8Array; tag: string } | undefined>;
}

/** What the host gives a source that is opened. */
export interface SourceContext {
  /** What opens it: a password or a token. Nobody else sees it. */
  secret: string | undefined;
  /**
   * A folder of the server, by its path, without links in it.
   * @throws ProblemError when it does not lie below the server's import roots, or is not there.
   */
  folder(path: string): Promise<string>;
  /** @param uri `s3://bucket/prefix`. @throws ProblemError when it does not lie below the server's import buckets. */
  bucket(uri: string): Promise<ObjectBucket>;
  /** Aborted when there is no more time to open it. */
  signal: AbortSignal;
  log: PluginLog;
}

/** Brings images from where they are made. */
export interface SourcePlugin<Params extends z.ZodObject> extends PluginDescription<Params> {
  kind: 'source';
  /** Whether it reads what lies on the server or opens by its credentials: then only whoever has ADMIN may set it up. */
  onServer?: boolean;
  /** Called for each look and each batch of images. @throws when it cannot be reached, with the reason in words. */
  open(params: z.output<Params>, context: SourceContext): Promise<SourceConnection>;
}

/** Declares a source of images. */
export function defineSource<Params extends z.ZodObject>(
  plugin: Omit<SourcePlugin<Params>, 'kind'>,
): SourcePlugin<Params> {
  return { kind: 'source', ...plugin };
}
