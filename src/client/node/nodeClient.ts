import WebSocket from 'ws';
import { ResiduaClient } from '../residuaClient.js';

/** A client for Node, whose versions before 22 have no WebSocket of their own. */
export function nodeClient(address: { url: string; token?: string | undefined }): ResiduaClient {
  return new ResiduaClient({ ...address, webSocket: WebSocket });
}
