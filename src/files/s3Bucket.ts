import { GetObjectCommand, paginateListObjectsV2, S3ServiceException } from '@aws-sdk/client-s3';
import { problem } from '../shared/errors.js';
import { s3Client, type S3Address } from './s3Client.js';
import { shown } from './shown.js';

/** Objects below a prefix of a bucket. */
export class S3Bucket {
  private readonly client;

  /** @param prefix without slashes at its ends; may be empty. */
  constructor(
    address: S3Address,
    private readonly place: { bucket: string; prefix: string },
  ) {
    this.client = s3Client(address);
  }

  /** Pages of at most 1,000, in the order of their keys, which begin behind the prefix. @throws Error with a reason in words. */
  async *list(signal: AbortSignal): AsyncGenerator<{ key: string; bytes: number; tag: string }[]> {
    const { bucket, prefix } = this.place;
    const start = prefix === '' ? '' : `${prefix}/`;
    const pages = paginateListObjectsV2({ client: this.client }, { Bucket: bucket, Prefix: start });
    try {
      for await (const { Contents = [] } of pages) {
        signal.throwIfAborted();
        yield Contents.flatMap(({ Key = '', Size = 0, ETag = '' }) =>
          Key.length > start.length ? [{ key: Key.slice(start.length), bytes: Size, tag: ETag }] : [],
        );
      }
    } catch (error) {
      throw unreachable(error, bucket);
    }
  }

  /** @returns undefined when it is not there. @throws ProblemError IMAGE_TOO_LARGE; Error with a reason in words. */
  async read(
    key: string,
    mostBytes: number,
    signal: AbortSignal,
  ): Promise<{ content: Uint8Array; tag: string } | undefined> {
    const { bucket, prefix } = this.place;
    const request = new GetObjectCommand({ Bucket: bucket, Key: [prefix, key].filter(Boolean).join('/') });
    const found = await this.client.send(request, { abortSignal: signal }).catch((error: unknown) => {
      if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return undefined;
      throw unreachable(error, bucket);
    });
    if (!found?.Body) return undefined;
    const { ContentLength: bytes = 0, ETag: tag = '' } = found;
    if (bytes > mostBytes) {
      const message = `'${shown(key)}' has ${bytes} bytes; at most ${mostBytes} are allowed`;
      throw problem('IMAGE_TOO_LARGE', message, { item: shown(key) });
    }
    return { content: await found.Body.transformToByteArray(), tag };
  }

  close(): void {
    this.client.destroy();
  }
}

function unreachable(error: unknown, bucket: string): Error {
  const { name, code } = error as NodeJS.ErrnoException;
  return new Error(`the bucket ${bucket} cannot be read (${code ?? name})`, { cause: error });
}
