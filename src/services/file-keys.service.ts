import { createHmac } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { newSecret } from '../access/index.js';
import { ServerKeyEntity } from '../database/entities/index.js';
import type { AuthenticationService } from './authentication.service.js';

/** The key by which addresses of files are signed, the same in every API of an installation. */
export class FileKeysService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly apiToken: string | undefined,
    private readonly authentication: Pick<AuthenticationService, 'hasAccounts'>,
  ) {}

  /**
   * Made by whoever asks first. Another token of the server, too, makes another key.
   * @returns 32 bytes; undefined where nobody is asked who they are.
   */
  async key(): Promise<Buffer | undefined> {
    if (this.apiToken === undefined && !this.authentication.hasAccounts) return undefined;
    const keys = this.dataSource.getRepository(ServerKeyEntity);
    const name = 'file addresses';
    await keys.createQueryBuilder().insert().values({ name, secret: newSecret() }).orIgnore().execute();
    const { secret } = await keys.findOneByOrFail({ name });
    return createHmac('sha256', secret)
      .update(this.apiToken ?? '')
      .digest();
  }
}
