import { crc32, deflateRawSync } from 'node:zlib';

/** One entry of a hand-made zip; what is left out is what an honest writer would say. */
export interface ZipEntry {
  name: string;
  data?: Uint8Array;
  /** 0 stored, 8 deflate. */
  method?: number;
  /** What the directory says of the inflated size. */
  declaredBytes?: number;
  /** What the directory says of the checksum. */
  declaredCrc?: number;
  /** Bit 0: encrypted. */
  flags?: number;
  /** Unix mode with file type, e.g. 0o120777 for a link. */
  mode?: number;
  /** Takes the local header of this earlier entry instead of an own one. */
  sharesDataOf?: number;
}

/** A zip as bytes, honest or not. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { data = Buffer.alloc(0), method = 8, flags = 0, mode = 0o100644 } = entry;
    const stored = method === 8 ? deflateRawSync(data, { level: 9 }) : Buffer.from(data);
    const name = Buffer.from(entry.name);
    const sum = entry.declaredCrc ?? crc32(data);
    const bytes = entry.declaredBytes ?? data.length;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags | 0x800, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(sum, 10);
    common.writeUInt32LE(stored.length, 14);
    common.writeUInt32LE(bytes, 18);
    common.writeUInt16LE(name.length, 22);
    const at = entry.sharesDataOf === undefined ? offset : offsets[entry.sharesDataOf]!;
    offsets.push(at);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(mode * 65_536, 6);
    rest.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, rest, name]));
    if (entry.sharesDataOf === undefined) {
      const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, name, stored]);
      parts.push(local);
      offset += local.length;
    }
  }
  const listed = Buffer.concat(directory);
  const big = entries.length > 65_535 ? [endOfBigDirectory(entries.length, listed.length, offset)] : [];
  return Buffer.concat([...parts, listed, ...big, endOfDirectory(entries.length, listed.length, offset)]);
}

/** Zip64's record and its locator: the count does not fit into the plain one. */
function endOfBigDirectory(count: number, bytes: number, offset: number): Buffer {
  const end = Buffer.alloc(56 + 20);
  end.write('PK\x06\x06', 'latin1');
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE(45, 12);
  end.writeUInt16LE(45, 14);
  const numbers = [
    [24, count],
    [32, count],
    [40, bytes],
    [48, offset],
  ] as const;
  for (const [at, value] of numbers) end.writeBigUInt64LE(BigInt(value), at);
  end.write('PK\x06\x07', 56, 'latin1');
  end.writeBigUInt64LE(BigInt(offset + bytes), 64);
  end.writeUInt32LE(1, 72);
  return end;
}

function endOfDirectory(count: number, bytes: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(Math.min(count, 65_535), 8);
  end.writeUInt16LE(Math.min(count, 65_535), 10);
  end.writeUInt32LE(bytes, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}
