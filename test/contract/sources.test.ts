import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { S3Bucket } from '../../src/files/s3Bucket.js';
import { s3Client } from '../../src/files/s3Client.js';
import { sourceRules } from '../../src/plugin-contract/index.js';
import { useS3Server } from '../support/s3Server.js';
import { picture } from '../unit/files/imageBytes.js';
import { compute, pluginContext, registry } from './plugins.js';

const server = useS3Server();
let folder: string;
let address: ConstructorParameters<typeof S3Bucket>[0];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'residua-source-'));
  address = await server.settings();
  const client = s3Client(address);
  await client.send(new CreateBucketCommand({ Bucket: 'camera' }));
  for (const name of ['a.png', 'inside/b.png', '.hidden.png', 'c.png.part']) {
    const bytes = await picture().png().toBuffer();
    await mkdir(join(folder, 'inside'), { recursive: true });
    await writeFile(join(folder, name), bytes);
    await client.send(new PutObjectCommand({ Bucket: 'camera', Key: `line 3/${name}`, Body: bytes }));
  }
  client.destroy();
});
afterAll(() => rm(folder, { recursive: true }));

const paramsOf: Record<string, () => Record<string, unknown>> = {
  folder: () => ({ path: folder }),
  s3: () => ({ uri: 's3://camera/line 3' }),
};

describe.each(registry.plugins('source').map((plugin) => [plugin.id, plugin] as const))('source %s', (id, plugin) => {
  it.each(sourceRules.map((rule) => [rule.name, rule] as const))('%s', async (_, rule) => {
    const params = plugin.params.parse(paramsOf[id]!());
    const bucket = async () => new S3Bucket(address, { bucket: 'camera', prefix: 'line 3' });
    expect(await rule.check(plugin, { params, given: params, compute, context: pluginContext, bucket })).toEqual([]);
  });

  it('leaves out what is hidden or not finished', async () => {
    const bucket = async () => new S3Bucket(address, { bucket: 'camera', prefix: 'line 3' });
    const context = { secret: undefined, folder: async () => folder, bucket, signal: AbortSignal.timeout(10_000) };
    const connection = await plugin.open(plugin.params.parse(paramsOf[id]!()), { ...context, log: pluginContext.log });
    const keys: string[] = [];
    for await (const page of connection.list(AbortSignal.timeout(10_000))) keys.push(...page.map(({ key }) => key));
    await connection.close();
    expect(keys.toSorted()).toEqual(['a.png', 'inside/b.png']);
  });
});
