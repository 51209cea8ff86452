import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** An image that was taken and is not known to be in the server's log. */
export interface Entry {
  /** Place in the order of taking, which is also its name on the disk. */
  number: number;
  part: string;
  bytes: number;
  /** Whether the line was told NOK: then it is sent as late. */
  isTold: boolean;
}

/**
 * Images on the disk, in the order in which they were taken: that of their numbers, not of any clock. What was put here outlives the
 * process. When there are more bytes than allowed, the oldest of those go that the line was told about.
 */
export class Buffer {
  private readonly entries: Entry[] = [];
  private next = 1;

  private constructor(
    private readonly folder: string,
    private readonly mostBytes: number,
    private readonly dropped: (entry: Entry) => void,
  ) {}

  /** Finds what an earlier process has left. @param dropped told of each image that went for want of room. */
  static async open(folder: string, mostBytes: number, dropped: (entry: Entry) => void): Promise<Buffer> {
    await mkdir(folder, { recursive: true });
    const buffer = new Buffer(folder, mostBytes, dropped);
    for (const name of (await readdir(folder)).toSorted()) {
      const file = path.join(folder, name);
      // An image without its entry was being put here.
      if (name.endsWith('.json')) buffer.entries.push(JSON.parse(await readFile(file, 'utf8')) as Entry);
      else if (!(await stat(file.replace(/image$/, 'json')).catch(() => undefined))) await rm(file);
    }
    buffer.next = (buffer.entries.at(-1)?.number ?? 0) + 1;
    return buffer;
  }

  /** Puts an image behind all others. */
  async put(part: string, image: Uint8Array): Promise<Entry> {
    const entry: Entry = { number: this.next++, part, bytes: image.byteLength, isTold: false };
    await writeWhole(this.file(entry, 'image'), image);
    await writeWhole(this.file(entry, 'json'), JSON.stringify(entry));
    this.entries.push(entry);
    await this.makeRoom();
    return entry;
  }

  /** Notes that the line was told. */
  async told(entry: Entry): Promise<void> {
    entry.isTold = true;
    await writeWhole(this.file(entry, 'json'), JSON.stringify(entry));
    await this.makeRoom();
  }

  /** Forgets an image. */
  async remove(entry: Entry): Promise<void> {
    const index = this.entries.indexOf(entry);
    if (index >= 0) this.entries.splice(index, 1);
    await rm(this.file(entry, 'json'), { force: true });
    await rm(this.file(entry, 'image'), { force: true });
  }

  image(entry: Entry): Promise<Uint8Array> {
    return readFile(this.file(entry, 'image'));
  }

  /** The oldest image that is to be sent as late. */
  get oldestTold(): Entry | undefined {
    return this.entries.find(({ isTold }) => isTold);
  }

  /** Those that an earlier process had not told the line about. */
  get untold(): Entry[] {
    return this.entries.filter(({ isTold }) => !isTold);
  }

  private async makeRoom(): Promise<void> {
    let bytes = this.entries.reduce((sum, entry) => sum + entry.bytes, 0);
    while (bytes > this.mostBytes && this.oldestTold) {
      const entry = this.oldestTold;
      bytes -= entry.bytes;
      await this.remove(entry);
      this.dropped(entry);
    }
  }

  private file({ number }: Entry, ending: 'image' | 'json'): string {
    return path.join(this.folder, `${String(number).padStart(12, '0')}.${ending}`);
  }
}

/** Whoever sees the file sees all of it: by a rename, once the bytes are on the disk. */
export async function writeWhole(file: string, content: Uint8Array | string): Promise<void> {
  const draft = `${file}.tmp`;
  const handle = await open(draft, 'w');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}
