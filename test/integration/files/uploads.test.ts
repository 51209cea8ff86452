import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { FaultError } from '../../../src/shared/errors.js';
import { texture } from '../../unit/files/imageBytes.js';
import { faultOf, problemOf, problemsOf } from '../../unit/files/problems.js';
import { inPieces, useImports } from '../imports/importSetting.js';

const setting = useImports();

afterEach(() => {
  setting.clock.now = new Date();
});

const bytes = Buffer.from(texture(100, 33));
const sha256 = createHash('sha256').update(bytes).digest('hex');
const announcement = { filename: 'part.png', bytes: bytes.length, sha256, contentType: 'image/png' };
const incoming = () => readdir(join(setting.blobFolder, 'incoming'));

describe('an upload', () => {
  it('is announced, received and taken', async () => {
    const upload = await setting.uploads.create(everything, {
      ...announcement,
      sha256: sha256.toUpperCase(),
      contentType: 'IMAGE/PNG',
    });
    expect(upload).toMatchObject({ filename: 'part.png', sha256, contentType: 'image/png', completedAt: null });
    expect(upload.expiresAt.getTime() - setting.clock.now.getTime()).toBeGreaterThan(3_500_000);
    expect(await problemOf(setting.uploads.take(everything, upload.id))).toMatchObject({ code: 'UPLOAD_INCOMPLETE' });
    await setting.uploads.receive(everything, upload.id, inPieces(bytes));
    expect(await setting.uploads.take(everything, upload.id)).toMatchObject({
      id: upload.id,
      sha256,
      bytes: bytes.length,
    });
    expect((await setting.blobs.read(sha256)).equals(bytes)).toBe(true);
  });

  it('may be received again, with the same bytes only', async () => {
    const upload = await setting.uploads.create(everything, announcement);
    const first = await setting.uploads.receive(everything, upload.id, inPieces(bytes));
    const again = await setting.uploads.receive(everything, upload.id, inPieces(bytes));
    expect(again.completedAt).toEqual(first.completedAt);
    const other = Buffer.from(bytes);
    other[0] = other[0]! ^ 1;
    expect(await problemOf(setting.uploads.receive(everything, upload.id, inPieces(other)))).toMatchObject({
      code: 'UPLOAD_CHECKSUM_MISMATCH',
    });
    expect(await setting.uploads.take(everything, upload.id)).toMatchObject({ sha256 });
  });

  it('must not be shorter or longer than announced, nor other bytes', async () => {
    const other = Buffer.from(texture(100, 33, 77));
    const upload = await setting.uploads.create(everything, { ...announcement, sha256: 'b'.repeat(64) });
    const short = await problemOf(setting.uploads.receive(everything, upload.id, inPieces(bytes.subarray(1))));
    expect(short).toMatchObject({ code: 'UPLOAD_INCOMPLETE', item: 'part.png' });
    expect(short.message).toContain(`${bytes.length - 1} of ${bytes.length} bytes`);
    const long = await faultOf(setting.uploads.receive(everything, upload.id, inPieces(Buffer.concat([bytes, other]))));
    expect(long.code).toBe('PAYLOAD_TOO_LARGE');
    const wrong = await problemOf(setting.uploads.receive(everything, upload.id, inPieces(other)));
    expect(wrong.code).toBe('UPLOAD_CHECKSUM_MISMATCH');
    expect(wrong.message).toContain('b'.repeat(64));
    expect(wrong.message).toContain(createHash('sha256').update(other).digest('hex'));
    expect(await incoming()).toEqual([]);
    expect(await setting.blobs.has(createHash('sha256').update(other).digest('hex'))).toBe(false);
  });

  it('expires after an hour unless its bytes have arrived', async () => {
    const late = await setting.uploads.create(everything, announcement);
    const done = await setting.uploads.create(everything, announcement);
    await setting.uploads.receive(everything, done.id, inPieces(bytes));
    setting.clock.now = new Date(Date.now() + 61 * 60 * 1000);
    expect(await problemOf(setting.uploads.receive(everything, late.id, inPieces(bytes)))).toMatchObject({
      code: 'UPLOAD_EXPIRED',
    });
    expect(await problemOf(setting.uploads.take(everything, late.id))).toMatchObject({ code: 'UPLOAD_EXPIRED' });
    expect(await setting.uploads.take(everything, done.id)).toMatchObject({ id: done.id });
  });

  it('that nobody announced is NOT_FOUND', async () => {
    for (const id of ['01890000-0000-4000-8000-000000000000', '1 OR 1=1', '']) {
      expect(await problemOf(setting.uploads.receive(everything, id, inPieces(bytes)))).toMatchObject({
        code: 'NOT_FOUND',
      });
    }
  });

  it('is refused with every problem of its announcement at once', async () => {
    const bad = { filename: '../a\0.png', bytes: -1, sha256: 'xyz', contentType: 'text/html' };
    const problems = await problemsOf(setting.uploads.create(everything, bad));
    expect(problems.map(({ code, field }) => [code, field?.join('.')])).toEqual([
      ['FILENAME_INVALID', 'input.filename'],
      ['BAD_USER_INPUT', 'input.bytes'],
      ['BAD_USER_INPUT', 'input.sha256'],
      ['BAD_USER_INPUT', 'input.contentType'],
    ]);
    expect(problems[3]!.message).toContain('image/png');
  });

  it.each([
    [0, 'image/png', 'IMAGE_EMPTY'],
    [0, 'application/zip', 'ARCHIVE_EMPTY'],
    [0, 'application/octet-stream', 'BAD_USER_INPUT'],
    [1.5, 'image/png', 'BAD_USER_INPUT'],
    [Number.NaN, 'image/png', 'BAD_USER_INPUT'],
    [50 * 1024 * 1024 + 1, 'image/png', 'IMAGE_TOO_LARGE'],
    [3e9, 'application/zip', 'ARCHIVE_TOO_LARGE'],
  ])('of %d bytes of %s is %s', async (size, contentType, code) => {
    expect(
      await problemOf(setting.uploads.create(everything, { ...announcement, bytes: size, contentType })),
    ).toMatchObject({
      code,
    });
  });
});

describe('over real HTTP', () => {
  it('a body longer than announced is answered with 413 while it is still being sent', async () => {
    const upload = await setting.uploads.create(everything, announcement);
    const server = createServer((incomingRequest, response) => {
      setting.uploads.receive(everything, upload.id, incomingRequest).then(
        () => response.writeHead(204).end(),
        (error: unknown) => {
          const status = error instanceof FaultError && error.code === 'PAYLOAD_TOO_LARGE' ? 413 : 500;
          response.writeHead(status).end();
          // Read on, so that the sender gets to the answer instead of a broken pipe.
          incomingRequest.resume();
        },
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const endless = new Readable({
      read() {
        setImmediate(() => this.push(Buffer.alloc(16_384)));
      },
    });
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const put = request({ port, host: '127.0.0.1', method: 'PUT' }, resolve);
      put.on('error', reject);
      endless.pipe(put);
    });
    expect(answer.statusCode).toBe(413);
    answer.resume();
    endless.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await incoming()).toEqual([]);
    expect(await problemOf(setting.uploads.take(everything, upload.id))).toMatchObject({ code: 'UPLOAD_INCOMPLETE' });
  });

  it('a sender that goes away in the middle leaves nothing behind', async () => {
    const upload = await setting.uploads.create(everything, announcement);
    let received: Promise<unknown> | undefined;
    const started = new Promise<void>((resolve) => {
      const server = createServer((incomingRequest) => {
        received = problemOf(setting.uploads.receive(everything, upload.id, incomingRequest)).finally(() =>
          server.close(),
        );
        resolve();
      });
      server.listen(0, '127.0.0.1', () => {
        const { port } = server.address() as AddressInfo;
        const headers = { 'content-length': bytes.length };
        const put = request({ port, host: '127.0.0.1', method: 'PUT', headers });
        put.on('error', () => undefined);
        put.write(bytes.subarray(0, 1000));
        void started.then(() => put.destroy());
      });
    });
    await started;
    expect(await received).toMatchObject({ code: 'UPLOAD_INCOMPLETE' });
    expect(await incoming()).toEqual([]);
  });
});
