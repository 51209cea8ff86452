/**
 * Tells a gateway one line of text for each verdict, `seq;station;part;OK|NOK`, over TCP: what many PLCs can read. The gateway answers
 * `ACK seq` when it has the line for good.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { defineSink, z } from 'residua/plugin-api';

const params = z.strictObject({
  host: z.string().min(1).describe('Name or address of the gateway.'),
  port: z.int().min(1).max(65_535).describe('Where it listens.'),
});

export const plugin = defineSink({
  id: 'tcp-lines',
  version: '1.0.0',
  apiVersion: 2,
  title: 'Lines over TCP',
  description: 'One line of text for each verdict, acknowledged by the receiver.',
  params,
  open: async ({ host, port }, context) => {
    // Where the server forbids private addresses, this refuses the gateway.
    const socket = connect({ host: await context.addressOf(`tcp://${host}:${port}`), port });
    await once(socket, 'connect', { signal: context.signal });
    // Said by whoever waits for an answer.
    socket.on('error', () => undefined);
    const lines = createInterface(socket);
    socket.on('close', () => lines.close());
    const answers = lines[Symbol.asyncIterator]();
    const ask = async (line, answer, signal) => {
      const gone = () => socket.destroy();
      signal.addEventListener('abort', gone, { once: true });
      if (signal.aborted) gone();
      socket.write(`${line}\n`);
      const { value } = await answers.next();
      signal.removeEventListener('abort', gone);
      if (value !== answer) throw new Error(`the gateway said ${value ?? 'nothing'} instead of ${answer}`);
    };
    // One line at a time: a heartbeat waits for the answer to the verdict before it.
    let last = Promise.resolve();
    const inTurn = (line, answer, signal) => (last = last.catch(() => undefined).then(() => ask(line, answer, signal)));
    const field = (text) => (text ?? '').replace(/[;\r\n]/g, '_');
    return {
      deliver: ({ seq, station, partId, verdict }, signal) =>
        inTurn(`${seq};${field(station)};${field(partId)};${verdict}`, `ACK ${seq}`, signal),
      beat: ({ beat }, signal) => inTurn(`BEAT ${beat}`, `ACK ${beat}`, signal),
      close: async () => socket.destroy(),
    };
  },
});
