import { createHash } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { modelFileParams } from '../../../src/plugin-api/index.js';
import { ModelFiles } from '../../../src/plugin-host/index.js';
import { problemOf } from '../files/problems.js';

const content = Buffer.from('weights of a small network');
const sha256 = createHash('sha256').update(content).digest('hex');
const limits = { maximalBytes: 1000, idleMilliseconds: 1000 };
const otherDigest = '0'.repeat(64);

describe('the models folder', () => {
  let folder: string;
  let models: ModelFiles;
  let server: Server | undefined;
  let requests = 0;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'residua-models-'));
    models = new ModelFiles(path.join(folder, 'models'), limits);
    requests = 0;
  });
  afterEach(async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    server = undefined;
    await rm(folder, { recursive: true });
  });

  const put = async (name: string, bytes: Buffer | string = content) => {
    await mkdir(models.folder, { recursive: true });
    await writeFile(path.join(models.folder, name), bytes);
  };
  const serve = async (answer: RequestListener) => {
    server = createServer((request, response) => {
      requests += 1;
      answer(request, response);
    });
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    models = new ModelFiles(models.folder, { ...limits, downloadOrigins: [origin] });
    return `${origin}/net.safetensors`;
  };
  const files = () => readdir(models.folder).catch(() => []);

  it('gives a file with its sha256', async () => {
    await put('net.safetensors');
    expect(await models.read({ file: 'net.safetensors' })).toMatchObject({ name: 'net.safetensors', sha256 });
  });

  it('fetches an address once, and reads its file from then on', async () => {
    const url = await serve((_, response) => response.end(content));
    const seen: (number | undefined)[] = [];
    expect(Buffer.from((await models.read({ url, sha256 })).bytes)).toEqual(content);
    expect((await models.read({ url, sha256 })).name).toBe(`${sha256}.safetensors`);
    expect(requests).toBe(1);
    await models.fetch({ url, sha256, file: 'again.safetensors' }, (received) => seen.push(received));
    expect(seen.at(-1)).toBe(content.length);
    expect(await models.size('again.safetensors')).toBe(content.length);
  });

  it('tells the log of a run how far it is', async () => {
    const url = await serve((_, response) => {
      response.setHeader('content-length', content.length);
      response.end(content);
    });
    const lines: string[] = [];
    await models.read({ url, sha256 }, { info: (line) => lines.push(line), warn: () => undefined });
    expect(lines.at(-1)).toMatch(/^fetching .*\.safetensors: \d+\.\d of \d+\.\d MB$/);
    const again = lines.length;
    await models.read({ url, sha256 }, { info: (line) => lines.push(line), warn: () => undefined });
    expect(lines).toHaveLength(again);
  });

  describe('gives what a run recorded', () => {
    const recorded = { source: 'net.safetensors', sha256, bytes: content.length };
    const lines: string[] = [];
    const log = { info: (line: string) => void lines.push(line), warn: () => undefined };
    let fetched = 0;
    const blob = (bytes = content) => {
      fetched += 1;
      return Promise.resolve(Readable.from([bytes]));
    };
    beforeEach(() => {
      [fetched, lines.length] = [0, 0];
    });

    it('from the folder where the same bytes are', async () => {
      await put('net.safetensors');
      expect(await models.readRecorded(recorded, blob)).toMatchObject({ name: 'net.safetensors', sha256 });
      expect(fetched).toBe(0);
    });

    it('fetched once, with its progress told, where the folder has nothing or another file of that name', async () => {
      await put('net.safetensors', Buffer.from(content.toString().replace('small', 'large')));
      for (let i = 0; i < 2; i++) {
        expect(Buffer.from((await models.readRecorded(recorded, blob, log)).bytes)).toEqual(content);
      }
      expect(fetched).toBe(1);
      expect(lines.at(-1)).toMatch(/^fetching net.safetensors: 0.0 of 0.0 MB$/);
      expect(await files()).toEqual([`${sha256}.safetensors`, 'net.safetensors'].sort());
    });

    it('anew where the copy is damaged', async () => {
      await put(`${sha256}.safetensors`, Buffer.from(content).fill(0, 0, 1));
      expect((await models.readRecorded(recorded, blob)).sha256).toBe(sha256);
      expect(fetched).toBe(1);
    });

    it('or nothing: other bytes are refused and not kept', async () => {
      const other = () => blob(Buffer.from('something else'));
      expect(await problemOf(models.readRecorded(recorded, other))).toMatchObject({ code: 'ARTIFACT_CORRUPT' });
      expect(await files()).toEqual([]);
    });

    it('that was named by an address', async () => {
      const named = { ...recorded, source: 'https://models.example.com/nets/net.safetensors?v=1' };
      expect((await models.readRecorded(named, blob)).name).toBe(named.source);
      expect(await files()).toEqual([`${sha256}.safetensors`]);
    });
  });

  it('finds a file without reading it into memory, and again after a change', async () => {
    expect(await models.find({ file: 'net.safetensors' })).toBeUndefined();
    await put('net.safetensors');
    const found = { name: 'net.safetensors', sha256, bytes: content.length };
    expect(await models.find({ file: 'net.safetensors' })).toEqual(found);
    expect(await models.find({ url: 'https://models.example.com/net.safetensors', sha256 })).toBeUndefined();
    await put('net.safetensors', 'other weights');
    expect((await models.find({ file: 'net.safetensors' }))!.sha256).not.toBe(sha256);
  });

  it('says what to do about a file that is not there, and names no folder', async () => {
    const { code, message } = await problemOf(models.read({ file: 'net.safetensors' }));
    expect(code).toBe('MODEL_INVALID');
    expect(message).toContain('residua backbone fetch');
    expect(message).not.toContain(folder);
    expect(message).toContain('which holds no file;');
    for (const name of ['a.onnx', 'b.onnx', 'c.onnx', 'd.onnx', 'x.onnx', 'nets.safetensors']) await put(name);
    expect((await problemOf(models.read({ file: 'net.safetensors' }))).message).toContain(
      'which holds nets.safetensors, a.onnx, b.onnx, c.onnx, d.onnx and 1 more;',
    );
  });

  it('refuses another sha256, both of a file and of what is fetched, and keeps nothing of it', async () => {
    await put('net.safetensors');
    const wrong = { code: 'ARTIFACT_CORRUPT', message: expect.stringContaining(`expected ${otherDigest}`) as string };
    expect(await problemOf(models.read({ file: 'net.safetensors', sha256: otherDigest }))).toMatchObject(wrong);
    const url = await serve((_, response) => response.end(content));
    expect(await problemOf(models.read({ url, sha256: otherDigest }))).toMatchObject(wrong);
    expect(await files()).toEqual(['net.safetensors']);
  });

  it('refuses a file larger than the limit: declared, sent without a length, and in the folder', async () => {
    const large = Buffer.alloc(2000);
    const declared = await serve((_, response) => response.end(large));
    expect(await problemOf(models.read({ url: declared, sha256 }))).toMatchObject({ code: 'MODEL_TOO_LARGE' });
    server!.removeAllListeners('request').on('request', (_, response) => {
      response.write(large);
      response.end();
    });
    expect(await problemOf(models.read({ url: declared, sha256 }))).toMatchObject({ code: 'MODEL_TOO_LARGE' });
    await put('large.onnx', large);
    expect(await problemOf(models.read({ file: 'large.onnx' }))).toMatchObject({ code: 'MODEL_TOO_LARGE' });
    expect(await files()).toEqual(['large.onnx']);
  });

  it.each<[string, RequestListener, string]>([
    ['404', (_, response) => response.writeHead(404).end(), 'the server answers 404'],
    ['an answer that stops', (_, response) => void response.write('we'), 'nothing came for 1 s'],
    ['a broken connection', (request) => request.socket.destroy(), 'could not be fetched'],
  ])('says why an address gives nothing: %s', async (_, answer, reason) => {
    const url = await serve(answer);
    const { code, message } = await problemOf(models.read({ url, sha256 }));
    expect([code, message]).toEqual(['MODEL_INVALID', expect.stringContaining(reason)]);
    expect(await files()).toEqual([]);
  });

  it('asks no address that the installation does not list, be it of the same machine', async () => {
    const url = await serve((_, response) => response.end(content));
    const { port } = new URL(url);
    for (const other of [url.replace('127.0.0.1', 'localhost'), url.replace('http:', 'https:')]) {
      const { code, message } = await problemOf(models.read({ url: other, sha256 }));
      expect([code, message]).toEqual(['MODEL_INVALID', expect.stringContaining('RESIDUA_DOWNLOAD_HOSTS')]);
      expect(message).toContain(port);
    }
    models = new ModelFiles(models.folder, limits);
    expect(await problemOf(models.read({ url, sha256 }))).toMatchObject({ code: 'MODEL_INVALID' });
    expect([requests, await files()]).toEqual([0, []]);
    // Whoever runs the command chooses the address themselves.
    await models.fetch({ url, sha256, file: 'own.safetensors' });
    expect(requests).toBe(1);
  });

  it('follows redirections, but not to another address', async () => {
    const inner = createServer((_, response) => response.end('secret of the inner network'));
    await new Promise<void>((resolve) => inner.listen(0, '127.0.0.1', resolve));
    const elsewhere = `http://127.0.0.1:${(inner.address() as AddressInfo).port}/latest/meta-data`;
    let asked = 0;
    inner.on('request', () => (asked += 1));
    let location = '/moved.safetensors';
    const url = await serve((request, response) =>
      request.url === '/net.safetensors' ? response.writeHead(302, { location }).end() : response.end(content),
    );
    expect((await models.read({ url, sha256 })).sha256).toBe(sha256);
    await rm(models.folder, { recursive: true });
    location = elsewhere;
    expect(await problemOf(models.read({ url, sha256 }))).toMatchObject({ code: 'MODEL_INVALID' });
    location = url;
    const { message } = await problemOf(models.read({ url, sha256 }));
    expect(message).toContain('more than 5 redirections');
    expect([asked, await files()]).toEqual([0, []]);
    await new Promise((resolve) => inner.close(resolve));
  });

  it('fetches http and https only', async () => {
    const source = { url: 'file:///etc/passwd', sha256, file: 'passwd.onnx' };
    expect(await problemOf(models.fetch(source))).toMatchObject({ code: 'MODEL_INVALID' });
  });

  it.each(['../net.onnx', '/etc/passwd', 'a\0.onnx', 'a/../../b.onnx', '..\\net.onnx', 'C:\\net.onnx'])(
    'refuses the name %j, which leaves the folder',
    async (file) => {
      expect(await problemOf(models.read({ file }))).toMatchObject({ code: 'MODEL_UNSAFE_PATH' });
      const parsed = modelFileParams.safeParse({ file });
      expect(parsed.error!.issues[0]).toMatchObject({ params: { problem: 'MODEL_UNSAFE_PATH' }, path: ['file'] });
    },
  );

  it('refuses a link that leaves the folder', async () => {
    await writeFile(path.join(folder, 'secret'), content);
    await mkdir(models.folder);
    await symlink(path.join(folder, 'secret'), path.join(models.folder, 'net.onnx'));
    expect(await problemOf(models.read({ file: 'net.onnx' }))).toMatchObject({ code: 'MODEL_UNSAFE_PATH' });
  });

  it.each([
    'net.pt',
    'net.pth',
    'net.PKL',
    'net.h5',
    'net.keras',
    'saved_model.pb',
    'model.zip',
    'model.json',
    'net.tflite',
  ])('never reads %s', async (file) => {
    await put(file);
    const { code, message } = await problemOf(models.read({ file }));
    expect(code).toBe('MODEL_FORMAT_UNSUPPORTED');
    expect(message).toContain('safetensors or ONNX');
  });

  it.each([
    ['a pickle', '80026370'],
    ['a zip', '504b0304'],
    ['HDF5', '894844460d0a1a0a'],
  ])('knows %s under another name', async (_, start) => {
    await put('net.onnx', Buffer.from(`${start}${'41'.repeat(16)}`, 'hex'));
    expect(await problemOf(models.read({ file: 'net.onnx' }))).toMatchObject({ code: 'MODEL_FORMAT_UNSUPPORTED' });
  });

  it('does not take a safetensors file whose length begins like a pickle for one', async () => {
    await put('net.safetensors', Buffer.from(`8002000000000000${'7b7d'.repeat(20)}`, 'hex'));
    expect((await models.read({ file: 'net.safetensors' })).bytes.length).toBe(48);
  });
});

describe('the parameter that names a model file', () => {
  it.each([
    [{}, 'give either file or url'],
    [{ file: 'a.onnx', url: 'http://a.example/b.onnx', sha256 }, 'give either file or url'],
    [{ url: 'http://a.example/b.onnx' }, 'must be given with url'],
    [{ url: 'file:///etc/passwd', sha256 }, 'must be an http or https address'],
    [{ file: 'a.onnx', sha256: 'abc' }, '64 hexadecimal digits'],
  ])('%j is refused: %s', (params, message) => {
    expect(modelFileParams.safeParse(params).error!.message).toContain(message);
  });
});
