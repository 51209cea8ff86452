import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { BlobReader, configure, TextWriter, ZipReader, ZipWriter } from '@zip.js/zip.js/lib/zip-core-native.js';
import { formatOf } from './formatOf.js';
import type { Archive, DroppedFile, PackingNews, PackingOrder } from './packing.js';

// It is a worker already, and the page's policy allows no others.
configure({ useWebWorkers: false });

/** Milliseconds between two reports. */
const calm = 100;

addEventListener('message', ({ data }: MessageEvent<PackingOrder>) => {
  const tell = (news: PackingNews) => postMessage(news);
  const work = 'zip' in data ? opened(data.zip, paced(tell)) : packed(data.files, paced(tell));
  work.then(
    (archive) => tell({ archive }),
    (error: unknown) => tell({ failure: error instanceof Error ? error.message : String(error) }),
  );
});

type Progress = (done: number, total: number) => void;

function paced(tell: (news: PackingNews) => void): Progress {
  let last = 0;
  return (done, total) => {
    if (performance.now() - last < calm && done < total) return;
    last = performance.now();
    tell({ done, total });
  };
}

/** Every file as it is: images are compressed already. The digest is taken on the way. */
async function packed(files: readonly DroppedFile[], tell: Progress): Promise<Archive> {
  const texts = new Map(files.map(({ path, file }) => [path, () => file.text()]));
  const format = await formatOf([...texts.keys()], (path) => texts.get(path)!());
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  const { through, digest } = digesting((done) => tell(Math.min(done, total), total));
  const whole = new Response(through.readable).blob();
  const zip = new ZipWriter(through.writable, { level: 0, keepOrder: true });
  for (const { path, file } of files) {
    try {
      await zip.add(path, new BlobReader(file), { lastModDate: new Date(file.lastModified) });
    } catch (error) {
      // The browser says neither which file it was nor that it has gone since it was dropped.
      throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
  await zip.close();
  return { blob: await whole, sha256: digest(), format };
}

async function opened(file: File, tell: Progress): Promise<Archive> {
  const entries = await new ZipReader(new BlobReader(file)).getEntries();
  const texts = new Map(
    entries.flatMap((entry) =>
      entry.directory ? [] : [[entry.filename, () => entry.getData(new TextWriter())] as const],
    ),
  );
  const format = await formatOf([...texts.keys()], (path) => texts.get(path)!());
  const { through, digest } = digesting((done) => tell(done, file.size));
  await file.stream().pipeThrough(through).pipeTo(new WritableStream());
  return { blob: file, sha256: digest(), format };
}

function digesting(tell: (bytes: number) => void) {
  const hash = sha256.create();
  let bytes = 0;
  const through = new TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>({
    transform: (piece, controller) => {
      hash.update(piece);
      tell((bytes += piece.length));
      controller.enqueue(piece as Uint8Array<ArrayBuffer>);
    },
  });
  return { through, digest: () => bytesToHex(hash.digest()) };
}
