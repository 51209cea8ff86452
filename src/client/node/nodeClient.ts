import WebSocket from 'ws';
import { ResiduaClient } from '../residuaClient.js';
import { storedCredential } from './credentials.js';

/**
 * A client for Node, whose versions before 22 have no WebSocket of their own. Without a token it takes the one that `residua login` left for
 * this server.
 */
export function nodeClient({ url, token }: { url: string; token?: string | undefined }): ResiduaClient {
  return new ResiduaClient({ url, token: token ?? storedCredential(url)?.token, webSocket: WebSocket });
}
