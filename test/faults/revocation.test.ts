import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { everything, localPrincipal } from '../../src/access/index.js';
import { encodeGlobalId } from '../../src/graphql/index.js';
import { SocketClient } from '../integration/graphql/socketClient.js';
import { useDatabase } from '../support/database.js';
import { freePort, TrainingSetting } from './trainingSetting.js';

const database = useDatabase();
const serverToken = 'the-token-of-this-server';
let setting: TrainingSetting;
beforeAll(async () => {
  const environment = { RESIDUA_API_TOKEN: serverToken, RESIDUA_LOCAL_ACCOUNTS: 'true' };
  setting = await TrainingSetting.open(database.url, { environment });
});
afterEach(() => setting.close());
afterAll(() => setting.dispose());

/** More than there is time for: the test cancels it when it has seen enough. */
const steps = 20_000;

describe('a token that is revoked at one API', () => {
  it('ends its subscription at another one within 2 s, and gets no event behind that', async () => {
    const [here, there] = [await freePort(), await freePort()];
    await Promise.all([here, there].map((port) => setting.api(port)));
    setting.worker();
    const { services } = setting.runtime;
    const serviceOf = (await services.projects.default()).id;
    const input = { name: 'dashboard', permissions: ['READ'] as const, serviceOf };
    const { token, secret } = await services.accessTokens.create(localPrincipal, input);
    const jobId = await setting.train({ steps });
    const follow = async (bearer: string) => {
      const socket = await SocketClient.connect(`http://127.0.0.1:${there}`, { authorization: `Bearer ${bearer}` });
      const query = `subscription ($jobId: ID!) { jobEvents(jobId: $jobId) { seq } }`;
      socket.subscribe('1', query, { jobId: encodeGlobalId('TrainingRun', jobId) });
      return socket;
    };
    const [gone, staying] = [await follow(secret), await follow(serverToken)];
    for (const socket of [gone, staying]) await moreEvents(socket);
    await revoke(`http://127.0.0.1:${here}`, token.id);
    const revoked = performance.now();
    expect(await gone.closed).toMatchObject({ code: 4403 });
    expect(performance.now() - revoked).toBeLessThan(2_000);
    const before = gone.received.length;
    await moreEvents(staying);
    expect(gone.received).toHaveLength(before);
    await expect(follow(secret)).rejects.toThrow('4403');
    staying.close();
    await services.jobs.cancel(everything, jobId);
    await setting.state(jobId, 'CANCELLED');
  });
});

async function revoke(url: string, tokenId: string): Promise<void> {
  const query = `mutation ($input: RevokeTokenInput!) { revokeToken(input: $input) { userErrors { code } } }`;
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${serverToken}` },
    body: JSON.stringify({ query, variables: { input: { tokenId: encodeGlobalId('AccessToken', tokenId) } } }),
  });
  expect(await response.json()).toEqual({ data: { revokeToken: { userErrors: [] } } });
}

/** Waits until some more have come than there are. */
async function moreEvents(socket: SocketClient): Promise<void> {
  const before = socket.received.length;
  await socket.next(() => socket.received.length >= before + 5);
}
