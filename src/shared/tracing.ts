/** What a span is about, as plain values. */
export interface SpanOptions {
  attributes?: Readonly<Record<string, string | number>>;
  /** `traceparent` (W3C Trace Context) of the span this one belongs to; the current span when left out. */
  parent?: string | null | undefined;
}

/** Records spans: pieces of work that belong together across processes. */
export interface Tracing {
  span<T>(name: string, options: SpanOptions, run: () => Promise<T>): Promise<T>;
  /** `traceparent` of the current span. */
  traceparent(): string | undefined;
}

const off: Tracing = { span: (_name, _options, run) => run(), traceparent: () => undefined };
let tracing = off;

/** Records the spans of this process from now on; nothing without an argument. */
export function useTracing(recorder: Tracing = off): void {
  tracing = recorder;
}

/** Runs as a span, where tracing is on; a rejection becomes the span's error. */
export function traced<T>(name: string, options: SpanOptions, run: () => Promise<T>): Promise<T> {
  return tracing.span(name, options, run);
}

/** What another process needs in order to continue the current span; undefined where tracing is off. */
export function currentTraceparent(): string | undefined {
  return tracing.traceparent();
}

/** Id of the current trace: 32 hexadecimal digits. */
export function currentTraceId(): string | undefined {
  return tracing.traceparent()?.split('-')[1];
}
