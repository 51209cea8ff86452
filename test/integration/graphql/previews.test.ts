import sharp from 'sharp';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { ImageEntity } from '../../../src/database/entities/index.js';
import { blobReferences } from '../../../src/database/index.js';
import { encodeGlobalId } from '../../../src/graphql/index.js';
import { useDatabase } from '../../support/database.js';
import { ask, startTestServer, type TestServer } from './testServer.js';

const database = useDatabase();
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(database.dataSource);
});
afterAll(() => server.stop());

/** An image that lies in the store, as of before previews. */
async function stored(width: number, height: number): Promise<ImageEntity> {
  const dataset = await server.services.datasets.create(everything, { name: uuid() });
  const background = { r: 20, g: 90, b: 160 };
  const bytes = await sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
  const blob = await server.blobs.put(bytes);
  const row = { id: uuid(), datasetId: dataset.id, filename: 'a.png', ...blob, width, height };
  const images = database.dataSource.getRepository(ImageEntity);
  await images.insert({ ...row, split: 'TRAIN', label: 'NORMAL' });
  return images.findOneByOrFail({ id: row.id });
}

async function sizeOf(path: string): Promise<string> {
  const response = await fetch(`${server.url}${path}`);
  const { format, width, height } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
  return `${response.status} ${format} ${width}x${height}`;
}

it('has each size, as WebP, and none is larger than the image', async () => {
  const { id } = await stored(2400, 1200);
  expect(await sizeOf(`/images/${id}/thumbnail`)).toBe('200 webp 256x128');
  expect(await sizeOf(`/images/${id}/preview?side=256`)).toBe('200 webp 256x128');
  expect(await sizeOf(`/images/${id}/preview`)).toBe('200 webp 1024x512');
  expect(await sizeOf(`/images/${id}/preview?side=2048`)).toBe('200 webp 2048x1024');
  const small = await stored(300, 200);
  expect(await sizeOf(`/images/${small.id}/preview?side=2048`)).toBe('200 webp 300x200');
  const { preview1024Sha256, preview2048Sha256 } = await reread(small);
  expect([typeof preview1024Sha256, preview2048Sha256]).toEqual(['string', null]);
});

it('is made once, however many ask at the same time, and read from the store from then on', async () => {
  const image = await stored(1500, 1500);
  let made = 0;
  const put = server.blobs.put.bind(server.blobs);
  server.blobs.put = (...given) => {
    made += 1;
    return put(...given);
  };
  await Promise.all(Array.from({ length: 8 }, () => sizeOf(`/images/${image.id}/preview?side=1024`)));
  server.blobs.put = put;
  expect(made).toBe(1);
  // The original is not looked at any more.
  await server.blobs.remove(image.sha256, new Date(Date.now() + 60_000));
  expect(await sizeOf(`/images/${image.id}/preview?side=1024`)).toBe('200 webp 1024x1024');
});

it('stays as long as its image, and is referred to by nothing once that is deleted', async () => {
  const image = await stored(1200, 800);
  await sizeOf(`/images/${image.id}/preview?side=1024`);
  const { preview1024Sha256 } = await reread(image);
  const references = async () =>
    (await blobReferences(database.dataSource.manager)).filter(({ sha256 }) => sha256 === preview1024Sha256).length;
  expect(await references()).toBe(1);
  await server.services.images.remove(everything, [image.id]);
  expect(await references()).toBe(0);
});

it.each(['0', '512', '-1', 'large', '1e3', '256,1024'])('refuses side %s and names the sizes', async (side) => {
  const { id } = await stored(64, 64);
  const response = await fetch(`${server.url}/images/${id}/preview?side=${side}`);
  expect([response.status, await response.json()]).toMatchObject([
    400,
    {
      errors: [
        { message: expect.stringContaining('256, 1024, 2048') as string, extensions: { code: 'BAD_USER_INPUT' } },
      ],
    },
  ]);
});

it('has an address in GraphQL', async () => {
  const image = await stored(1300, 100);
  const query = `query($id: ID!) { node(id: $id) { ... on Image { previewUrl(side: 1024) other: previewUrl(side: 3) } } }`;
  const answer = await ask<{ node: { previewUrl: string } | null }>(server.url, query, {
    id: encodeGlobalId('Image', image.id),
  });
  expect(answer.codes).toEqual(['BAD_USER_INPUT']);
  const good = await ask<{ node: { previewUrl: string } }>(server.url, query.replace(/other.*3\)/, ''), {
    id: encodeGlobalId('Image', image.id),
  });
  expect(await sizeOf(good.data.node.previewUrl.slice(server.url.length))).toBe('200 webp 1024x79');
});

function reread({ id }: ImageEntity): Promise<ImageEntity> {
  return database.dataSource.getRepository(ImageEntity).findOneByOrFail({ id });
}
