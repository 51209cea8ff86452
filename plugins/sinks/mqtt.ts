/** MQTT 3.1.1 (OASIS 2014): each verdict is a message of quality of service 1, so it is the broker's when it has acknowledged it. */
import { defineSink, z, type SinkConnection } from 'residua/plugin-api';
import type { MqttClient } from 'mqtt';

const topic = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^+#\0]+$/, 'must not contain + or #');

const params = z.strictObject({
  url: z
    .url({ protocol: /^mqtts?$/, error: 'must look like mqtts://broker.example.com or mqtt://10.0.0.5:1883' })
    .describe('Address of the broker. The password is the secret of the sink.'),
  username: z.string().max(200).optional().describe('Whom the broker knows this sink as.'),
  topic: topic
    .default('residua/{station}/verdict')
    .describe('Where verdicts are published; {station} stands for what asked, and for - where nothing is known of it.'),
  heartbeatTopic: topic.default('residua/heartbeat').describe('Where heartbeats are published.'),
  retain: z.boolean().default(false).describe('Whether the broker keeps the last verdict for whoever comes later.'),
});

/** Seconds without a sign of life after which the connection counts as broken. */
const keepAliveSeconds = 10;

/** Publishes verdicts as JSON to an MQTT broker, in order, each when the one before was acknowledged. */
export const mqtt = defineSink({
  id: 'mqtt',
  version: '1.0.0',
  apiVersion: 2,
  title: 'MQTT',
  description: 'Publishes each verdict as JSON to a broker, with quality of service 1.',
  reference: 'MQTT Version 3.1.1, OASIS Standard 2014',
  params,
  open: async (choice, context) => {
    const { hostname, port, protocol } = new URL(choice.url);
    const { connect } = await import('mqtt');
    const client = connect({
      protocol: protocol === 'mqtts:' ? 'mqtts' : 'mqtt',
      hostname: await context.addressOf(choice.url),
      servername: hostname,
      ...(port && { port: Number(port) }),
      ...(choice.username !== undefined && { username: choice.username }),
      ...(context.secret !== undefined && { password: context.secret }),
      // Who opens it again and when is for the host to say.
      ...{ reconnectPeriod: 0, keepalive: keepAliveSeconds, resubscribe: false },
    });
    await connected(client, context.signal);
    return publishing(client, choice);
  },
});

/** @throws Error with the broker's reason. */
function connected(client: MqttClient, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      client.end(true);
      reject(error);
    };
    const closed = () => fail(new Error('the broker closed the connection'));
    const late = () => fail(new Error('the broker does not answer'));
    signal.addEventListener('abort', late, { once: true });
    client.once('connect', () => {
      signal.removeEventListener('abort', late);
      client.off('close', closed);
      resolve();
    });
    client.once('close', closed);
    // It goes on having one: errors of a connection that breaks later are told by whoever publishes.
    client.on('error', fail);
  });
}

function publishing(
  client: MqttClient,
  { topic: pattern, heartbeatTopic, retain }: z.output<typeof params>,
): SinkConnection {
  const publish = (to: string, message: object, signal: AbortSignal, keep: boolean) =>
    new Promise<void>((resolve, reject) => {
      const fail = () => reject(new Error('the broker was lost before it acknowledged the message'));
      // What is published without a connection would wait for one for ever.
      if (!client.connected || signal.aborted) return fail();
      client.once('close', fail);
      signal.addEventListener('abort', fail, { once: true });
      client.publish(to, JSON.stringify(message), { qos: 1, retain: keep }, (error) => {
        client.off('close', fail);
        signal.removeEventListener('abort', fail);
        if (error) reject(error);
        else resolve();
      });
    });
  return {
    deliver: (verdict, signal) =>
      publish(topicOf(pattern, verdict.station), verdict, signal, retain && !verdict.isTest),
    // Kept by the broker, an old one would look like a new one.
    beat: (heartbeat, signal) => publish(heartbeatTopic, heartbeat, signal, false),
    close: () => client.endAsync(true),
  };
}

/** The name of a station as one level of a topic. */
function topicOf(pattern: string, station: string | null): string {
  return pattern.replaceAll('{station}', () => station?.replaceAll(/[/+#]/g, '_') ?? '-');
}
