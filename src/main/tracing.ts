import type { Span } from '@opentelemetry/api';
import { type Tracing, useTracing } from '../shared/tracing.js';

/**
 * Sends spans to the OpenTelemetry collector that the OTEL_EXPORTER_OTLP_… variables name. The packages are loaded only when
 * tracing is on.
 * @returns what sends the rest and ends it.
 */
export async function startTracing(on: boolean, service: string): Promise<{ stop(): Promise<void> }> {
  if (!on) return { stop: () => Promise.resolve() };
  const [{ NodeTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': process.env['OTEL_SERVICE_NAME'] ?? service }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  useTracing(await openTelemetry());
  return {
    stop: async () => {
      useTracing();
      // A collector that does not answer must not keep the process from ending well.
      await provider.shutdown().catch(() => undefined);
    },
  };
}

async function openTelemetry(): Promise<Tracing> {
  const { context, propagation, ROOT_CONTEXT, SpanStatusCode, trace } = await import('@opentelemetry/api');
  const run = async <T>(span: Span, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      span.recordException(error instanceof Error ? error : String(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  };
  return {
    span: (name, { attributes = {}, parent }, work) => {
      const within = parent ? propagation.extract(ROOT_CONTEXT, { traceparent: parent }) : context.active();
      return trace
        .getTracer('residua')
        .startActiveSpan(name, { attributes: { ...attributes } }, within, (span) => run(span, work));
    },
    traceparent: () => {
      const carrier: { traceparent?: string } = {};
      propagation.inject(context.active(), carrier);
      return carrier.traceparent;
    },
  };
}
