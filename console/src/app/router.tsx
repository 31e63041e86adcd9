import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  parseSearchWith,
  redirect,
  retainSearchParams,
  stringifySearchWith,
} from '@tanstack/react-router'
import { Notices } from '../components/notices.tsx'
import { sessionQuery } from '../features/session/session.ts'
import { loadTexts } from '../lib/i18n/i18n.ts'
import { LoadingRows } from '../components/states.tsx'
import { localPath } from './local-path.ts'
import { BrokenPage, NotFoundPage } from './fallback-pages.tsx'
import { forgetSession, queryClient, setOnSessionEnded } from './query-client.ts'

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** A page with what it says: both are loaded before it is shown. */
const page = <M, N extends keyof M & string>(
  parts: Parameters<typeof loadTexts>[0],
  load: () => Promise<M>,
  name: N,
) => lazyRouteComponent(async () => (await Promise.all([load(), loadTexts(parts)]))[0] as never, name)

const whole = (value: unknown): number | undefined => {
  const number = Number(value)
  return Number.isSafeInteger(number) && number > 0 ? number : undefined
}

/** Asked once; after that, whatever is known of it. */
const knownSession = () => queryClient.query({ ...sessionQuery, staleTime: 'static' })

const rootRoute = createRootRoute({
  component: () => (
    <>
      <Outlet />
      <Notices />
    </>
  ),
})

interface SignInSearch {
  /** Where to go on after signing in. */
  readonly next?: string | undefined
}

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  // Undefined, not left out: what is left out stays as it came.
  validateSearch: (search: Record<string, unknown>): SignInSearch => ({ next: localPath(search.next) }),
  async beforeLoad({ search }) {
    if (await knownSession()) redirect({ href: search.next ?? '/overview', throw: true })
  },
  component: lazyRouteComponent(() => import('./pages/sign-in-page.tsx'), 'SignInPage'),
})

interface ProjectSearch {
  /** The project that is looked at; absent: the user's first. */
  readonly project?: string | undefined
  /** The resource space that lists are narrowed to; absent: all of them. */
  readonly space?: string | undefined
}

const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'signed-in',
  validateSearch: (search: Record<string, unknown>): ProjectSearch => ({
    project: text(search.project),
    space: text(search.space),
  }),
  search: { middlewares: [retainSearchParams<ProjectSearch>(['project', 'space'])] },
  async beforeLoad({ location }) {
    if (await knownSession()) return
    const next = location.pathname === '/' ? undefined : localPath(location.href)
    redirect({ to: '/sign-in', search: next === undefined ? {} : { next }, throw: true })
  },
  component: lazyRouteComponent(() => import('./frame.tsx'), 'Frame'),
})

const homeRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/',
  beforeLoad: () => {
    redirect({ to: '/overview', replace: true, throw: true })
  },
})

const overviewRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/overview',
  component: lazyRouteComponent(() => import('./pages/overview-page.tsx'), 'OverviewPage'),
})

interface FindSearch {
  /** What the list is narrowed to. */
  readonly find?: string | undefined
}

const spacesRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/settings/spaces',
  validateSearch: (search: Record<string, unknown>): FindSearch => ({ find: text(search.find) }),
  component: lazyRouteComponent(() => import('./pages/spaces-page.tsx'), 'SpacesPage'),
})

const accessKeysRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/settings/access-keys',
  component: lazyRouteComponent(() => import('./pages/access-keys-page.tsx'), 'AccessKeysPage'),
})

const accountRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/settings/account',
  component: lazyRouteComponent(() => import('./pages/account-page.tsx'), 'AccountPage'),
})

interface GuideSearch {
  /** Absent: by the book. */
  readonly way?: 'wizard' | undefined
}

const guideRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/guide',
  validateSearch: (search: Record<string, unknown>): GuideSearch => ({
    way: search.way === 'wizard' ? 'wizard' : undefined,
  }),
  component: page(['tools'], () => import('./pages/guide-page.tsx'), 'GuidePage'),
})

/** What a list of many rows keeps in its address. */
interface ListSearch extends FindSearch {
  /** Counted from 1, which is left out. */
  readonly page?: number | undefined
  readonly sort?: string | undefined
  readonly order?: 'asc' | 'desc' | undefined
}

const listSearch = (search: Record<string, unknown>): ListSearch => ({
  find: text(search.find),
  page: whole(search.page),
  sort: text(search.sort),
  order: search.order === 'asc' || search.order === 'desc' ? search.order : undefined,
})

interface TabSearch {
  /** Absent: the first. */
  readonly tab?: string | undefined
}

const productsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/products',
  validateSearch: listSearch,
  component: page(['products'], () => import('./pages/products-page.tsx'), 'ProductsPage'),
})

interface ProductSearch extends TabSearch {
  /** Resource space of the product: its id is unique there alone. Absent: the default one. */
  readonly app?: string | undefined
  /** Which service of its model is looked at; absent: the first. */
  readonly service?: string | undefined
}

const productRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/products/$productId',
  validateSearch: (search: Record<string, unknown>): ProductSearch => ({
    app: text(search.app),
    tab: text(search.tab),
    service: text(search.service),
  }),
  component: page(['products', 'devices'], () => import('./pages/product-page.tsx'), 'ProductPage'),
})

interface DevicesSearch extends ListSearch {
  readonly status?: string | undefined
  readonly product?: string | undefined
  readonly auth?: string | undefined
  /** The form of registration is open, with `product` filled in. */
  readonly register?: 1 | undefined
}

const devicesRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/devices',
  validateSearch: (search: Record<string, unknown>): DevicesSearch => ({
    ...listSearch(search),
    status: text(search.status),
    product: text(search.product),
    auth: text(search.auth),
    register: whole(search.register) === 1 ? 1 : undefined,
  }),
  component: page(['devices'], () => import('./pages/devices-page.tsx'), 'DevicesPage'),
})

interface DeviceSearch extends TabSearch, FindSearch {
  /** What its history shows: service, properties, a span up to now or a range of one's own (ISO 8601). */
  readonly service?: string | undefined
  readonly properties?: readonly string[] | undefined
  readonly range?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** Which part of its commands. */
  readonly view?: string | undefined
}

const texts = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined

const deviceRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/devices/$deviceId',
  validateSearch: (search: Record<string, unknown>): DeviceSearch => ({
    tab: text(search.tab),
    find: text(search.find),
    service: text(search.service),
    properties: texts(search.properties),
    range: text(search.range),
    from: text(search.from),
    to: text(search.to),
    view: text(search.view),
  }),
  component: page(
    ['device', 'devices', 'certificates', 'diagnose', 'tools'],
    () => import('./pages/device-page.tsx'),
    'DevicePage',
  ),
})

const batchRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/batch-register',
  component: page(['devices'], () => import('./pages/batch-register-page.tsx'), 'BatchRegisterPage'),
})

const caCertificatesRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/ca-certificates',
  validateSearch: listSearch,
  component: page(['certificates'], () => import('./pages/ca-certificates-page.tsx'), 'CaCertificatesPage'),
})

const caCertificateRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/ca-certificates/$certificateId',
  component: page(['certificates'], () => import('./pages/ca-certificate-page.tsx'), 'CaCertificatePage'),
})

const provisioningRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/provisioning',
  component: page(
    ['provisioning', 'certificates', 'devices', 'diagnose'],
    () => import('./pages/provisioning-page.tsx'),
    'ProvisioningPage',
  ),
})

const bridgesRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/bridges',
  component: page(['bridges'], () => import('./pages/bridges-page.tsx'), 'BridgesPage'),
})

interface PageSearch {
  /** Counted from 1, which is left out. */
  readonly page?: number | undefined
}

interface BridgeSearch extends PageSearch, FindSearch {}

const bridgeRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/bridges/$bridgeId',
  validateSearch: (search: Record<string, unknown>): BridgeSearch => ({
    page: whole(search.page),
    find: text(search.find),
  }),
  component: page(['bridges', 'diagnose'], () => import('./pages/bridge-page.tsx'), 'BridgePage'),
})

interface PoliciesSearch extends ListSearch {
  /** Whom the question below the list is about. */
  readonly device?: string | undefined
}

const policiesRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/policies',
  validateSearch: (search: Record<string, unknown>): PoliciesSearch => ({
    ...listSearch(search),
    device: text(search.device),
  }),
  component: page(['policies', 'devices'], () => import('./pages/policies-page.tsx'), 'PoliciesPage'),
})

const wizardRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/wizard',
  component: page(['certificates', 'tools'], () => import('./pages/wizard-page.tsx'), 'WizardPage'),
})

interface TailSearch extends FindSearch {
  /** Of one device alone. */
  readonly device?: string | undefined
}

const liveTailRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/live-tail',
  validateSearch: (search: Record<string, unknown>): TailSearch => ({
    find: text(search.find),
    device: text(search.device),
  }),
  component: page(['diagnose'], () => import('./pages/live-tail-page.tsx'), 'LiveTailPage'),
})

interface FailedSearch extends FindSearch {
  readonly code?: string | undefined
  /** How far back, e.g. `24h`. */
  readonly since?: string | undefined
}

const failedConnectionsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/failed-connections',
  validateSearch: (search: Record<string, unknown>): FailedSearch => ({
    find: text(search.find),
    code: text(search.code),
    since: text(search.since),
  }),
  component: page(
    ['diagnose', 'certificates'],
    () => import('./pages/failed-connections-page.tsx'),
    'FailedConnectionsPage',
  ),
})

const failedConnectionRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/failed-connections/$connectionId',
  component: page(
    ['diagnose', 'certificates'],
    () => import('./pages/failed-connection-page.tsx'),
    'FailedConnectionPage',
  ),
})

interface WouldSearch extends TabSearch {
  readonly device?: string | undefined
}

const wouldItConnectRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/would-it-connect',
  validateSearch: (search: Record<string, unknown>): WouldSearch => ({
    tab: text(search.tab),
    device: text(search.device),
  }),
  component: page(
    ['diagnose', 'certificates'],
    () => import('./pages/would-it-connect-page.tsx'),
    'WouldItConnectPage',
  ),
})

const platformRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/settings/platform',
  component: page(['tools'], () => import('./pages/platform-page.tsx'), 'PlatformPage'),
})

/** For anyone: who commissions a device need not be a user. */
const clientIdRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/client-id',
  component: page(['tools'], () => import('./pages/client-id-page.tsx'), 'ClientIdPage'),
})

// What stands in an address is text, except lists: a serial number that someone types stays as it was typed.
const fromAddress = (value: string): unknown =>
  value.startsWith('[') ? (JSON.parse(value) as unknown) : value

export const router = createRouter({
  parseSearch: parseSearchWith(fromAddress),
  stringifySearch: stringifySearchWith(JSON.stringify),
  routeTree: rootRoute.addChildren([
    signInRoute,
    clientIdRoute,
    signedInRoute.addChildren([
      homeRoute,
      overviewRoute,
      guideRoute,
      productsRoute,
      productRoute,
      devicesRoute,
      deviceRoute,
      batchRoute,
      caCertificatesRoute,
      caCertificateRoute,
      provisioningRoute,
      bridgesRoute,
      bridgeRoute,
      policiesRoute,
      wizardRoute,
      liveTailRoute,
      failedConnectionsRoute,
      failedConnectionRoute,
      wouldItConnectRoute,
      spacesRoute,
      accessKeysRoute,
      platformRoute,
      accountRoute,
    ]),
  ]),
  defaultPreload: 'intent',
  defaultPendingComponent: () => <LoadingRows />,
  defaultErrorComponent: BrokenPage,
  defaultNotFoundComponent: NotFoundPage,
  scrollRestoration: true,
})

setOnSessionEnded(() => void router.invalidate().then(forgetSession))

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
