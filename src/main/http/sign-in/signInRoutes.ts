import type { FastifyInstance } from 'fastify';
import type { ResiduaConfig } from '../../../shared/config.js';
import type { Logger } from '../../../shared/logger.js';
import type { Services } from '../../../services/index.js';
import { accountRoutes } from './accountRoutes.js';
import { deviceRoutes } from './deviceRoutes.js';
import { IdentityProvider } from './identityProvider.js';
import { invitationRoutes } from './invitationRoutes.js';
import { oidcRoutes } from './oidcRoutes.js';

interface Parts {
  config: Pick<ResiduaConfig, 'publicUrl' | 'localAccounts' | 'oidc'>;
  services: Services;
  logger: Logger;
  url: () => string;
}

/** Pages and addresses by which people sign in; none where nobody does. */
export async function signInRoutes(app: FastifyInstance, { logger, ...rest }: Parts): Promise<void> {
  const { config } = rest;
  if (!config.localAccounts && !config.oidc) return;
  const provider = config.oidc && new IdentityProvider(config.oidc, logger);
  await app.register((pages, _options, done) => {
    const parts = { ...rest, provider };
    accountRoutes(pages, parts);
    deviceRoutes(pages, parts);
    if (config.localAccounts) invitationRoutes(pages, parts);
    if (provider) oidcRoutes(pages, { ...parts, provider });
    done();
  });
}
