import { randomInt } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { digestOf, newSecret, tokenPermissions, type Principal } from '../access/index.js';
import { DeviceLoginEntity } from '../database/entities/index.js';
import { noteForAudit } from '../database/index.js';
import { accessFaults } from './access/accessFaults.js';
import { loadPrincipal } from './access/loadPrincipal.js';
import { requireManager } from './access/requireManager.js';
import { countAttempt, countSignInAttempt, forgetSignInAttempts } from './access/signInLimits.js';
import type { AccessTokensService, ShownToken } from './access-tokens.service.js';
import { longestName, nameProblems } from './names.js';

/** Seconds until the codes are worth nothing, and between two questions of the program. */
export const deviceLoginSeconds = 600;
/** How long a device waits between two questions, in seconds. */
export const devicePollSeconds = 5;

/** Letters that are not taken for each other, and make no words. */
const letters = 'BCDFGHJKLMNPQRSTVWXZ';

/** What a program shows, and what it keeps. */
export interface StartedDeviceLogin {
  /** What the program asks with. */
  deviceCode: string;
  /** What the person types: `BCDF-GHJK`. */
  userCode: string;
}

/** Programs that a person lets in from a browser: the device authorization grant (RFC 8628) of this server for its own tokens. */
export class DeviceLoginsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly tokens: AccessTokensService,
  ) {}

  /** @param name what the program calls itself. @param address where it asks from. @throws FaultError RATE_LIMITED for whoever begins many. */
  async start(name: string, address: string): Promise<StartedDeviceLogin> {
    await countAttempt(this.dataSource, 'begin', address);
    const deviceCode = newSecret();
    const userCode = Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('');
    const fits = nameProblems('name', name, {}).length === 0;
    await this.logins.insert({
      ...{ deviceDigest: digestOf(deviceCode), userDigest: digestOf(userCode), address },
      name: fits ? name : 'residua login',
      expiresAt: new Date(Date.now() + deviceLoginSeconds * 1000),
    });
    return { deviceCode, userCode: `${userCode.slice(0, 4)}-${userCode.slice(4)}` };
  }

  /** What waits under a code that a person typed. @throws FaultError LOGIN_EXPIRED, RATE_LIMITED for somebody who tries many. */
  async look(by: Principal, userCode: string, address: string): Promise<DeviceLoginEntity> {
    await countSignInAttempt(this.dataSource, `device:${by.id}`, address);
    const found = await this.logins.findOneBy({ userDigest: digestOf(cleanUserCode(userCode)) });
    if (!found || found.expiresAt <= new Date() || found.principalId || found.refusedAt)
      throw accessFaults.loginExpired();
    await forgetSignInAttempts(this.dataSource, `device:${by.id}`);
    return found;
  }

  /** Lets the program in as whoever is signed in, or not. @throws FaultError LOGIN_EXPIRED; ProblemError FORBIDDEN for a token. */
  async answer(by: Principal, userCode: string, address: string, isAllowed: boolean): Promise<void> {
    requireManager(by);
    const { deviceDigest } = await this.look(by, userCode, address);
    await this.dataSource.transaction(async (manager) => {
      const change = isAllowed ? { principalId: by.id } : { refusedAt: new Date() };
      await manager.update(DeviceLoginEntity, { deviceDigest }, change);
    });
  }

  /** A program that somebody has let in. @throws FaultError LOGIN_PENDING, LOGIN_REFUSED, LOGIN_EXPIRED. */
  async requireAnswered(deviceCode: string): Promise<DeviceLoginEntity> {
    const found = await this.logins.findOneBy({ deviceDigest: digestOf(deviceCode) });
    if (!found || found.expiresAt <= new Date()) throw accessFaults.loginExpired();
    if (found.refusedAt) throw accessFaults.loginRefused();
    if (!found.principalId) throw accessFaults.loginPending();
    return found;
  }

  /**
   * The personal token of a program that was let in; once.
   * @throws FaultError LOGIN_PENDING, LOGIN_REFUSED, LOGIN_EXPIRED.
   */
  async finish(deviceCode: string): Promise<ShownToken> {
    const { deviceDigest, principalId, name } = await this.requireAnswered(deviceCode);
    // Whoever deletes it has the token; a second one finds nothing.
    const { affected } = await this.logins.delete({ deviceDigest });
    const person = await loadPrincipal(this.dataSource, principalId!, { via: { kind: 'SESSION', id: null } });
    if (!affected || !person) throw accessFaults.loginExpired();
    noteForAudit({ principalId: person.id });
    return this.tokens.create(person, { name: name.slice(0, longestName), permissions: tokenPermissions });
  }

  private get logins() {
    return this.dataSource.getRepository(DeviceLoginEntity);
  }
}

/** As people type it: small letters, with or without the dash. */
function cleanUserCode(code: string): string {
  return code.toUpperCase().replace(/[^A-Z]/g, '');
}
