import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { accessNet } from '../../access/accessNet.js';

/** A request that was answered. */
export interface AnsweredRequest {
  method: string;
  /** The pattern, e.g. `/blobs/:sha256`: addresses are without number. */
  route: string;
  status: number;
  seconds: number;
}

/** What the API measures. */
export class ApiMetrics {
  private readonly requests: Histogram<'method' | 'route' | 'status'>;
  private readonly lag: Histogram;

  constructor(private readonly registry: Registry) {
    const registers = [registry];
    this.requests = new Histogram({
      name: 'residua_http_request_duration_seconds',
      help: 'From a request to its answer.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.lag = new Histogram({
      name: 'residua_event_lag_seconds',
      help: 'From a job event to its handing over to a subscriber that waited for it.',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
  }

  readonly requestAnswered = ({ method, route, status, seconds }: AnsweredRequest): void => {
    this.requests.observe({ method, route, status }, seconds);
  };

  readonly eventDelivered = (lagSeconds: number): void => {
    this.lag.observe(Math.max(0, lagSeconds));
  };

  /** Measures these whenever somebody asks. */
  watch(
    sockets: Readonly<{ connections: number; slowSubscribers: number }>,
    feeds: readonly Readonly<{ followerCount: number }>[],
  ): void {
    const registers = [this.registry];
    new Gauge({
      name: 'residua_websocket_connections',
      help: 'WebSockets that are open.',
      registers,
      collect() {
        this.set(sockets.connections);
      },
    });
    new Gauge({
      name: 'residua_subscriptions',
      help: 'Subscriptions to job events and changes of projects that run.',
      registers,
      collect() {
        this.set(feeds.reduce((sum, { followerCount }) => sum + followerCount, 0));
      },
    });
    new Counter({
      name: 'residua_slow_subscribers_total',
      help: 'WebSockets that were closed because their client did not keep up.',
      registers,
      collect() {
        this.reset();
        this.inc(sockets.slowSubscribers);
      },
    });
    new Counter({
      name: 'residua_access_net_total',
      help: 'Objects of foreign projects that were caught on their way to a client: a fault of the server, and always 0.',
      registers,
      collect() {
        this.reset();
        this.inc(accessNet.caught);
      },
    });
  }
}
