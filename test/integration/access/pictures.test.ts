import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { everything, type Role } from '../../../src/access/index.js';
import { AnnotationEntity } from '../../../src/database/entities/index.js';
import { encodePng, encodeRle } from '../../../src/files/index.js';
import { encodeGlobalId } from '../../../src/graphql/index.js';
import type { PlainBrowser } from '../../support/browser.js';
import { useDatabase } from '../../support/database.js';
import type { TestServer } from '../graphql/testServer.js';
import { askAs, newPerson, startServerWithAccounts } from './signInSetting.js';

const database = useDatabase();
let server: TestServer;
/** A member of the project "own", and the owner of another one. */
let [ada, eve]: PlainBrowser[] = [];
let [own, other] = ['', ''];
/** Addresses of the picture, its thumbnail and a mask, as the member is given them. */
let addresses: string[];
let image: { id: string; sha256: string };

beforeAll(async () => {
  server = await startServerWithAccounts(database.dataSource);
  own = (await server.services.projects.create({ name: 'own' })).id;
  other = (await server.services.projects.create({ name: 'other' })).id;
  ada = await member('ada@example.com', own, 'VIEWER');
  eve = await member('eve@example.com', other, 'OWNER');
  image = await newImage(own, 1);
  const mask = { width: 32, height: 24, data: Uint8Array.from({ length: 32 * 24 }, (_, i) => Number(i % 32 < 5)) };
  const { manager } = database.dataSource;
  await manager.save(
    manager.create(AnnotationEntity, {
      ...{ id: uuid(), imageId: image.id, kind: 'PIXEL', revision: 1, source: 'IMPORTED', author: null },
      ...{ activeSeconds: null, payload: { counts: encodeRle(mask), anomalousPixels: 120 } },
    }),
  );
  addresses = await addressesOf(ada, image.id);
});
afterAll(() => server.stop());

async function member(email: string, projectId: string, role: Role): Promise<PlainBrowser> {
  const browser = await newPerson(server, email);
  await server.services.members.add(everything, { projectId, email, role });
  return browser;
}

async function newImage(projectId: string, seed: number): Promise<{ id: string; sha256: string }> {
  const data = Uint8Array.from({ length: 32 * 24 * 3 }, (_, i) => (i * 7 + seed * 31) % 256);
  const picture = await encodePng({ width: 32, height: 24, data });
  const sha256 = createHash('sha256').update(picture).digest('hex');
  const { services } = server;
  const { id: datasetId } = await services.datasets.create(everything, { name: uuid(), projectId });
  const announced = { filename: 'a.png', bytes: picture.length, sha256, contentType: 'image/png', datasetId };
  const upload = await services.uploads.create(everything, announced);
  await services.uploads.receive(
    everything,
    upload.id,
    (async function* () {
      yield await Promise.resolve(picture);
    })(),
  );
  const images = [{ uploadId: upload.id, split: 'TRAIN', label: 'ANOMALOUS' } as const];
  const [stored] = await services.images.add(everything, { datasetId, images });
  return { id: stored!.id, sha256 };
}

async function addressesOf(who: PlainBrowser, imageId: string): Promise<string[]> {
  const query = `{ node(id: "${encodeGlobalId('Image', imageId)}") { ... on Image {
    url thumbnailUrl annotations { ... on PixelAnnotation { maskUrl } } } } }`;
  const { data, codes } = await askAs(who, query);
  expect(codes).toEqual([]);
  type Node = { url: string; thumbnailUrl: string; annotations: { maskUrl: string }[] };
  const { url, thumbnailUrl, annotations } = (data as { node: Node }).node;
  return [url, thumbnailUrl, ...annotations.map(({ maskUrl }) => maskUrl)];
}

const status = async (address: string) => (await fetch(address)).status;

describe('a picture of a server where people sign in', () => {
  it('is shown by its address alone, as an <img> asks for it', async () => {
    expect(addresses).toHaveLength(3);
    for (const address of addresses) {
      const response = await fetch(address);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        expect.stringMatching(/^image\//) as string,
      ]);
      expect(await status(address.split('?')[0]!)).toBe(401);
    }
  });

  it('has the same address in every process of the installation', async () => {
    const second = await startServerWithAccounts(database.dataSource, { publicUrl: server.url });
    try {
      // The mask: it is drawn from a row, and the picture lies in the folder of the first.
      const path = addresses[2]!.slice(server.url.length);
      expect(await status(`http://127.0.0.1:${second.port}${path}`)).toBe(200);
    } finally {
      await second.stop();
    }
  });

  it('cannot be had by its sha256 with the signature of another project', async () => {
    const [ownUrl] = addresses;
    const foreign = await newImage(other, 2);
    const [foreignUrl] = await addressesOf(eve!, foreign.id);
    const query = (address: string) => address.slice(address.indexOf('?'));
    expect(await status(`${server.url}/blobs/${image.sha256}${query(foreignUrl!)}`)).toBe(401);
    expect(await status(ownUrl!.replace(own, other))).toBe(401);
    expect(await status(ownUrl!.replace(`project=${own}&`, ''))).toBe(401);
    expect((await eve!.once(`/blobs/${image.sha256}`, {})).status).toBe(404);
    expect((await eve!.once(`/blobs/${foreign.sha256}`, {})).status).toBe(200);
    expect((await eve!.once(`/images/${image.id}/thumbnail`, {})).status).toBe(404);
  });

  it('is not given to whoever announces the same bytes and does not have them', async () => {
    const input = `{ filename: "x.png", bytes: 9, sha256: "${image.sha256}", contentType: "image/png" }`;
    const announce = `mutation { createUpload(input: ${input}) { upload { id } userErrors { code } } }`;
    expect((await askAs(eve!, announce)).data).toMatchObject({ createUpload: { userErrors: [] } });
    expect((await eve!.once(`/blobs/${image.sha256}`, {})).status).toBe(404);
  });

  it('is no longer given out when the project has lost it, though another one has the same', async () => {
    const [first, second] = [await newImage(own, 3), await newImage(other, 3)];
    const [address] = await addressesOf(ada!, first.id);
    expect(await status(address!)).toBe(200);
    await database.dataSource.query('DELETE FROM upload WHERE sha256 = $1 AND project_id = $2', [first.sha256, own]);
    await database.dataSource.query('DELETE FROM image WHERE id = $1', [first.id]);
    expect(await status(address!)).toBe(404);
    expect(await status((await addressesOf(eve!, second.id))[0]!)).toBe(200);
  });

  it('has no address for a token that adds images and reads none', async () => {
    const owner = await member('owner@example.com', own, 'OWNER');
    const input = `{ name: "camera", permissions: [CURATE], serviceOf: "${encodeGlobalId('Project', own)}" }`;
    const made = await askAs(owner, `mutation { createToken(input: ${input}) { secret userErrors { code } } }`);
    const { secret } = (made.data as { createToken: { secret: string } }).createToken;
    const update = `mutation { updateImages(input: { ids: ["${encodeGlobalId('Image', image.id)}"], split: TEST }) {
      images { filename url } userErrors { code message } } }`;
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: JSON.stringify({ query: update }),
    });
    expect(await response.json()).toMatchObject({
      errors: [{ path: ['updateImages', 'images', 0, 'url'], extensions: { code: 'FORBIDDEN' } }],
    });
  });
});

describe('a whole data set that was exported', () => {
  it('is given to those who have EXPORT, and not to whoever may look at its images one by one', async () => {
    const grace = await member('grace@example.com', own, 'ENGINEER');
    const { services } = server;
    const { sha256 } = await newImage(own, 4);
    const [row] = await database.dataSource.query<{ id: string }[]>(
      'SELECT dataset_id AS id FROM image WHERE sha256 = $1',
      [sha256],
    );
    const { id: snapshotId } = await services.snapshots.create(everything, { datasetId: row!.id });
    const { jobId } = await services.datasetExports.start(everything, { snapshotId, format: 'coco' });
    const zip = await newImage(other, 5); // Any bytes do; nobody of this project has them otherwise.
    await database.dataSource.query(
      'UPDATE dataset_export SET artifact_sha256 = $2, artifact_bytes = 9 WHERE job_id = $1',
      [jobId, zip.sha256],
    );
    const query = `{ node(id: "${encodeGlobalId('DatasetExport', jobId)}") { ... on DatasetExport { artifact { url } } } }`;

    const allowed = await askAs(grace, query);
    expect(allowed.codes).toEqual([]);
    const { url } = (allowed.data as { node: { artifact: { url: string } } }).node.artifact;
    expect(await status(url)).toBe(200);
    expect((await grace.once(`/blobs/${zip.sha256}`, {})).status).toBe(200);

    const refused = await askAs(ada!, query);
    expect([refused.codes, refused.data]).toEqual([['FORBIDDEN'], { node: { artifact: null } }]);
    expect((await ada!.once(`/blobs/${zip.sha256}`, {})).status).toBe(404);
  });
});
