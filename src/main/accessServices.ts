import type { DataSource } from 'typeorm';
import { AccessTokensService } from '../services/access-tokens.service.js';
import { Refusals } from '../services/access/refusals.js';
import { TokenGuesses } from '../services/access/tokenGuesses.js';
import { AuditEventsService } from '../services/audit-events.service.js';
import { AuthenticationService } from '../services/authentication.service.js';
import { DeviceLoginsService } from '../services/device-logins.service.js';
import { FileKeysService } from '../services/file-keys.service.js';
import { LocalAccountsService } from '../services/local-accounts.service.js';
import { MembersService } from '../services/members.service.js';
import { OidcAttemptsService } from '../services/oidc-attempts.service.js';
import { OwnersService } from '../services/owners.service.js';
import { PeopleService } from '../services/people.service.js';
import { SessionsService } from '../services/sessions.service.js';
import type { Services } from '../services/index.js';
import type { ResiduaConfig } from '../shared/config.js';

/** The services that say who one is, and what one may. */
export type AccessServices = Pick<
  Services,
  | 'accessTokens'
  | 'auditEvents'
  | 'authentication'
  | 'deviceLogins'
  | 'fileKeys'
  | 'localAccounts'
  | 'members'
  | 'oidcAttempts'
  | 'owners'
  | 'people'
  | 'sessions'
>;

/** Each of {@link AccessServices}, given what it needs. */
export function createAccessServices(config: ResiduaConfig, dataSource: DataSource): AccessServices {
  const accessTokens = new AccessTokensService(dataSource);
  const sessions = new SessionsService(dataSource);
  const auditEvents = new AuditEventsService(dataSource);
  const authentication = new AuthenticationService(
    ...([config, accessTokens, sessions] as const),
    ...([new Refusals(auditEvents), new TokenGuesses(dataSource)] as const),
  );
  return {
    accessTokens,
    auditEvents,
    authentication,
    deviceLogins: new DeviceLoginsService(dataSource, accessTokens),
    fileKeys: new FileKeysService(dataSource, config.apiToken, authentication),
    localAccounts: new LocalAccountsService(dataSource),
    members: new MembersService(dataSource),
    oidcAttempts: new OidcAttemptsService(dataSource),
    owners: new OwnersService(dataSource),
    people: new PeopleService(dataSource, config.oidc),
    sessions,
  };
}
