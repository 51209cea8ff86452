import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Lock {
  packages: Record<string, { version?: string; resolved?: string; integrity?: string; link?: boolean }>;
}

/** Lowest versions without the weakness named. */
const floors: Readonly<Record<string, { version: string; weakness: string }>> = {
  cookie: { version: '0.7.0', weakness: 'CVE-2024-47764, names and paths out of bounds' },
  'cross-spawn': { version: '7.0.5', weakness: 'CVE-2024-21538, quadratic expression' },
  'fast-xml-parser': { version: '4.4.1', weakness: 'CVE-2024-41818, quadratic expression' },
  graphql: { version: '16.8.1', weakness: 'CVE-2023-26144, validation without end' },
  protobufjs: { version: '6.11.4', weakness: 'CVE-2023-36665, prototype pollution' },
  sharp: { version: '0.32.6', weakness: 'CVE-2023-4863, heap overflow in libwebp' },
  ws: { version: '8.17.1', weakness: 'CVE-2024-37890, crash by many headers' },
};

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Record<string, string>>;
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
const locked = Object.entries(packages).filter(([path, { link }]) => path !== '' && !link);
const nameOf = (path: string) => path.split('node_modules/').at(-1)!;

describe('packages', () => {
  it('are named by exact versions', () => {
    const named = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
      Object.entries(manifest[kind]!),
    );
    expect(named.filter(([, version]) => !/^(npm:[^@]*@)?\d+\.\d+\.\d+[\w.-]*$/.test(version))).toEqual([]);
  });

  it('are locked with a digest of their content', () => {
    const without = locked.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'));
    expect(without.map(([path]) => path)).toEqual([]);
  });

  it.each(Object.entries(floors))('%s is new enough, wherever it is', (name, { version, weakness }) => {
    const copies = locked.filter(([path]) => nameOf(path) === name).map(([path, copy]) => ({ path, ...copy }));
    expect(copies).not.toEqual([]);
    const old = copies.filter((copy) => isBelow(copy.version!, version) && copy.path.startsWith('node_modules/'));
    expect(old.map(({ path, version: found }) => `${path} ${found}: ${weakness}`)).toEqual([]);
  });
});

describe('images', () => {
  it('bring for CUDA the provider of the ONNX Runtime that is installed', () => {
    const [, version] = /^ARG ONNXRUNTIME_VERSION=(\S+)/m.exec(readFileSync('Dockerfile', 'utf8'))!;
    const installed = locked.find(([path]) => path === 'node_modules/onnxruntime-node');
    expect(version).toBe(installed![1].version);
  });

  it('are named by digest', () => {
    const dockerfile = readFileSync('Dockerfile', 'utf8');
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base!);
    const stages = [...dockerfile.matchAll(/^FROM \S+ AS (\S+)/gm)].map(([, stage]) => stage);
    expect(bases.filter((base) => base !== '${NODE_IMAGE}' && base !== 'gpu-${GPU}' && !stages.includes(base))).toEqual(
      [],
    );
    expect(stages).toContain(`gpu-${/^ARG GPU=(\S+)/m.exec(dockerfile)![1]}`);
    const images = [
      ...dockerfile.matchAll(/^ARG NODE_IMAGE=(\S+)/gm),
      ...readFileSync('docker-compose.yml', 'utf8').matchAll(/^ +image: (\S+)/gm),
    ].map(([, image]) => image!);
    expect(images.length).toBeGreaterThan(1);
    expect(images.filter((image) => !image.startsWith('residua:') && !/@sha256:[0-9a-f]{64}$/.test(image))).toEqual([]);
  });
});

function isBelow(version: string, floor: string): boolean {
  const [left, right] = [version, floor].map((text) => text.split('-')[0]!.split('.').map(Number));
  const first = [0, 1, 2].find((i) => left![i] !== right![i]);
  return first !== undefined && left![first]! < right![first]!;
}
