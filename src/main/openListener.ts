import { problem } from '../shared/errors.js';
import type { ResiduaConfig } from '../shared/config.js';

type ListenerConfig = Pick<ResiduaConfig, 'host' | 'publishAddress' | 'apiToken' | 'oidc' | 'localAccounts' | 'auth'>;

/**
 * Refuses to listen where others can reach a server that asks nobody who he is, until somebody has decided so.
 * @throws ProblemError CONFIG_INVALID naming the ways out.
 */
export function refuseOpenListener(config: ListenerConfig): void {
  const address = config.publishAddress ?? config.host;
  const isAskedWho = config.apiToken !== undefined || config.oidc !== undefined || config.localAccounts;
  if (isAskedWho || config.auth === 'open' || isLoopback(address)) return;
  const item = config.publishAddress === undefined ? 'RESIDUA_HOST' : 'RESIDUA_PUBLISH_ADDRESS';
  const ways = [
    'set RESIDUA_API_TOKEN to a secret that every client must send',
    'have people sign in (RESIDUA_OIDC_ISSUER or RESIDUA_LOCAL_ACCOUNTS=true)',
    'listen on 127.0.0.1',
    'set RESIDUA_AUTH=open to let everybody who reaches it do everything',
  ];
  const message = `${item} is ${JSON.stringify(address)}: other machines could reach this server, and it would ask nobody who they are; ${ways.join(', or ')}`;
  throw problem('CONFIG_INVALID', message, { item });
}

function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || /^127(\.\d{1,3}){3}$/.test(address);
}
