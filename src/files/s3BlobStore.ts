import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { S3Settings } from '../shared/config.js';
import { FaultError, problem, ProblemError } from '../shared/errors.js';
import { s3Client } from './s3Client.js';
import { BlobCache } from './blobCache.js';
import { checkAddress, drained, fullProblem, isSha256, missingProblem, verified } from './blobDigest.js';
import {
  endOfTime,
  type BlobContent,
  type BlobStore,
  type ListedBlob,
  type PutOptions,
  type StoredBlob,
} from './blobStore.js';

/**
 * A blob store in an S3-compatible bucket: `<prefix>/<first two digits>/<sha256>`, the layout of the local folder. Content
 * goes through a file of the cache folder, so that its address is known before anything is sent, and is read from there
 * again. Credentials come from the usual places: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, a role.
 */
export class S3BlobStore implements BlobStore {
  private constructor(
    private readonly client: S3Client,
    private readonly settings: S3Settings,
    private readonly cache: BlobCache,
  ) {}

  /** @throws ProblemError CONFIG_INVALID when the bucket cannot be used; FaultError SERVICE_UNAVAILABLE. */
  static async open(settings: S3Settings): Promise<S3BlobStore> {
    const client = s3Client(settings);
    const cache = await BlobCache.open(settings.cacheDirectory, settings.cacheBytes);
    const store = new S3BlobStore(client, settings, cache);
    await store.checkBucket();
    return store;
  }

  async put(content: BlobContent, options?: PutOptions): Promise<StoredBlob> {
    const blob = await this.cache.put(content, options);
    const file = await this.cache.localFile(blob.sha256);
    const upload = () =>
      new Upload({
        client: this.client,
        params: { ...this.objectOf(blob.sha256), Body: createReadStream(file) },
        queueSize: 2,
      }).done();
    await answered(blob.sha256, upload).catch(async (error: unknown) => {
      await this.cache.forget(blob.sha256);
      throw error;
    });
    return blob;
  }

  async read(sha256: string): Promise<Buffer> {
    return (await this.copyOf(sha256)).read(sha256);
  }

  async open(sha256: string): Promise<Readable> {
    return (await this.copyOf(sha256)).open(sha256);
  }

  async size(sha256: string): Promise<number | undefined> {
    return (await this.head(sha256))?.bytes;
  }

  async has(sha256: string): Promise<boolean> {
    return (await this.head(sha256)) !== undefined;
  }

  async localFile(sha256: string): Promise<string> {
    return (await this.copyOf(sha256)).localFile(sha256);
  }

  async verify(sha256: string): Promise<StoredBlob> {
    return { sha256, bytes: await drained(verified(await this.download(sha256), sha256)) };
  }

  async *list(): AsyncGenerator<ListedBlob> {
    const { bucket, prefix } = this.settings;
    const pages = paginateListObjectsV2({ client: this.client }, { Bucket: bucket, Prefix: prefix && `${prefix}/` });
    for await (const { Contents = [] } of pages) {
      for (const { Key = '', Size = 0, LastModified } of Contents) {
        const sha256 = Key.slice(-64);
        if (!isSha256(sha256) || Key !== this.objectOf(sha256).Key) continue;
        yield { sha256, bytes: Size, storedAt: LastModified ?? new Date() };
      }
    }
  }

  async remove(sha256: string, storedBefore = endOfTime): Promise<boolean> {
    const found = await this.head(sha256);
    if (!found || found.storedAt >= storedBefore) return false;
    await answered(sha256, () => this.client.send(new DeleteObjectCommand(this.objectOf(sha256))));
    await this.cache.forget(sha256);
    return true;
  }

  private copyOf(sha256: string) {
    return this.cache.holding(sha256, () => this.download(sha256));
  }

  private async download(sha256: string): Promise<Readable> {
    checkAddress(sha256);
    const { Body } = await answered(sha256, () => this.client.send(new GetObjectCommand(this.objectOf(sha256))));
    return Body as Readable;
  }

  private async head(sha256: string): Promise<ListedBlob | undefined> {
    if (!isSha256(sha256)) return undefined;
    const request = new HeadObjectCommand(this.objectOf(sha256));
    try {
      const { ContentLength = 0, LastModified } = await answered(sha256, () => this.client.send(request));
      return { sha256, bytes: ContentLength, storedAt: LastModified ?? new Date() };
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  }

  private objectOf(sha256: string): { Bucket: string; Key: string } {
    const { bucket, prefix } = this.settings;
    return { Bucket: bucket, Key: [prefix, sha256.slice(0, 2), sha256].filter(Boolean).join('/') };
  }

  private async checkBucket(): Promise<void> {
    const { bucket, endpoint = 'AWS' } = this.settings;
    try {
      await this.client.send(new HeadBucketCommand({ Bucket: bucket }));
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status === undefined || status >= 500) throw unavailable(error);
      const why = status === 404 ? 'does not exist' : `cannot be used with these credentials (status ${status})`;
      throw problem('CONFIG_INVALID', `RESIDUA_BLOB_STORE: the bucket '${bucket}' at ${endpoint} ${why}`);
    }
  }
}

/** What makers of S3 call a store without space or over its quota. */
const fullNames = ['QuotaExceeded', 'XMinioStorageFull', 'InsufficientStorage', 'StorageFull', 'ENOSPC', 'EDQUOT'];

/** Makes a request, and one of our errors of what it throws. The SDK has tried several times by then. */
async function answered<T>(sha256: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw unavailable(error);
    const status = error.$metadata.httpStatusCode;
    if (error.name === 'NoSuchKey' || error.name === 'NotFound') throw missingProblem(sha256);
    if (status === 507 || fullNames.includes(error.name)) throw fullProblem();
    throw unavailable(error);
  }
}

function unavailable(error: unknown): FaultError {
  const { name, code } = error as NodeJS.ErrnoException;
  return new FaultError('SERVICE_UNAVAILABLE', `The blob store does not answer as it should (${code ?? name}).`);
}
