import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client'

/** What the web part counts. A registry of its own: two servers in one process do not share numbers. */
export type WebMetrics = ReturnType<typeof createMetrics>

export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  return {
    registry,
    requests: new Histogram({
      name: 'puntual_http_request_seconds',
      help: 'How long requests took, by route and answer',
      labelNames: ['method', 'route', 'status'] as const,
      buckets: [0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 3, 10],
      registers,
    }),
    webhooks: new Counter({
      name: 'puntual_webhooks_total',
      help: 'Webhook requests, by ledger and what became of them',
      labelNames: ['ledger', 'outcome'] as const,
      registers,
    }),
    hints: new Counter({
      name: 'puntual_webhook_events_total',
      help: 'Events in genuine webhooks, by ledger and whether they concern us',
      labelNames: ['ledger', 'kept'] as const,
      registers,
    }),
  }
}
