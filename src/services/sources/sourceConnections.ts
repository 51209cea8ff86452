import type { SourceEntity } from '../../database/entities/index.js';
import { S3Bucket } from '../../files/s3Bucket.js';
import type { SourceConnection, SourceContext } from '../../plugin-api/index.js';
import type { PluginRegistry } from '../../plugin-host/index.js';
import type { SourceBuckets } from '../../shared/config.js';
import { problem } from '../../shared/errors.js';
import { createLogger } from '../../shared/logger.js';
import { quoted } from '../names.js';
import { findUnderRoots } from '../serverRoots.js';

/** Milliseconds that opening a source may take. */
const deadlineMilliseconds = 30_000;

/** What of the configuration says what sources may read. */
export interface SourceSettings {
  importRoots: readonly string[];
  importBuckets: SourceBuckets;
}

const field = ['input', 'plugin', 'params'];

/** Opens sources. Code of outside plugins runs here: workers alone have one. */
export class SourceConnections {
  constructor(
    private readonly registry: Pick<PluginRegistry, 'load' | 'resolve'>,
    private readonly settings: SourceSettings,
  ) {}

  /** Close it afterwards. @throws the reason why it cannot be reached. */
  async open({ id, plugin: name, params: given, secret }: SourceEntity): Promise<SourceConnection> {
    await this.registry.load('source', name);
    const { plugin, params } = this.registry.resolve('source', { id: name, params: given }, ['input', 'plugin']);
    const logger = createLogger('sources').child({ sourceId: id, plugin: name });
    const buckets: S3Bucket[] = [];
    const context: SourceContext = {
      secret: secret ?? undefined,
      folder: async (path) => (await findUnderRoots(path, this.roots)).path,
      bucket: async (uri) => {
        const bucket = this.bucket(uri);
        buckets.push(bucket);
        return bucket;
      },
      signal: AbortSignal.timeout(deadlineMilliseconds),
      log: { info: (message) => logger.info(message), warn: (message) => logger.warn(message) },
    };
    const connection = await plugin.open(params, context);
    return {
      list: (signal) => connection.list(signal),
      read: (key, mostBytes, signal) => connection.read(key, mostBytes, signal),
      close: async () => {
        await connection.close();
        for (const bucket of buckets) bucket.close();
      },
    };
  }

  private bucket(uri: string): S3Bucket {
    const [bucket = '', ...folders] = uri.slice('s3://'.length).split('/').filter(Boolean);
    const place = { bucket, prefix: folders.join('/') };
    const { allowed, ...address } = this.settings.importBuckets;
    const isAllowed = allowed.some(
      (one) => one.bucket === bucket && (one.prefix === '' || `${place.prefix}/`.startsWith(`${one.prefix}/`)),
    );
    if (isAllowed) return new S3Bucket(address, place);
    const message = `${quoted(uri)} does not lie below an import bucket of this server (RESIDUA_IMPORT_BUCKETS)`;
    throw problem('BAD_USER_INPUT', message, { field: [...field, 'uri'], item: uri });
  }

  private get roots() {
    const none = 'this server reads no folders: it has no import root (RESIDUA_IMPORT_ROOTS)';
    return { folders: this.settings.importRoots, called: 'import root', none, field: [...field, 'path'] };
  }
}
