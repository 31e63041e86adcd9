import type { Route, RouteAnswer } from '../api/route.ts'
import { landingPage, landingStyle } from './landing-page.ts'
import type { Metrics } from './metrics.ts'
import type { PlatformCa } from './tls-material.ts'
import type { StoreHealth } from './threads.ts'

/** Health, metrics, the CA that devices must trust, and the page at `/` (design §2.2). */
export function platformRoutes(sources: {
  readonly version: string
  readonly ca: PlatformCa
  readonly metrics: Metrics
  readonly ports: () => object
  /** Then `/` is the console's. */
  readonly hasConsole: boolean
  health(): Promise<StoreHealth>
}): readonly Route[] {
  const file = (type: string, body: string, more: Record<string, string> = {}): RouteAnswer => ({
    status: 200,
    headers: { 'content-type': type, ...more },
    body,
  })
  const json = (status: number, body: object): RouteAnswer => ({
    ...file('application/json', JSON.stringify(body)),
    status,
  })
  return [
    ...(sources.hasConsole
      ? []
      : [{ url: '/', run: () => file('text/html; charset=utf-8', landingPage(sources.version)) }]),
    { url: '/resources/landing.css', run: () => file('text/css; charset=utf-8', landingStyle) },
    {
      url: '/resources/platform-ca.pem',
      run: () =>
        file('application/x-pem-file', sources.ca.pem, {
          'content-disposition': 'attachment; filename="platform-ca.pem"',
        }),
    },
    { url: '/health/live', run: () => json(200, { status: 'live' }) },
    {
      url: '/health/ready',
      // Safety R2, S15: false while nothing can be stored, with the reason.
      async run() {
        const { ok, reason, warnings } = await sources.health()
        const rest = { ports: sources.ports(), ...(warnings && { warnings }) }
        return ok
          ? json(200, { status: 'ready', ...rest })
          : json(503, { status: 'not ready', reason, ...rest })
      },
    },
    {
      url: '/metrics',
      async run() {
        const { contentType, text } = await sources.metrics.render()
        return file(contentType, text)
      },
    },
  ]
}
