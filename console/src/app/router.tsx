import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  retainSearchParams,
} from '@tanstack/react-router'
import { Notices } from '../components/notices.tsx'
import { sessionQuery } from '../features/session/session.ts'
import { LoadingRows } from '../components/states.tsx'
import { localPath } from './local-path.ts'
import { BrokenPage, NotFoundPage } from './fallback-pages.tsx'
import { queryClient, setOnSessionEnded } from './query-client.ts'

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

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
}

const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'signed-in',
  validateSearch: (search: Record<string, unknown>): ProjectSearch => ({ project: text(search.project) }),
  search: { middlewares: [retainSearchParams<ProjectSearch>(['project'])] },
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

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    signInRoute,
    signedInRoute.addChildren([homeRoute, overviewRoute, spacesRoute, accessKeysRoute, accountRoute]),
  ]),
  defaultPreload: 'intent',
  defaultPendingComponent: () => <LoadingRows />,
  defaultErrorComponent: BrokenPage,
  defaultNotFoundComponent: NotFoundPage,
  scrollRestoration: true,
})

setOnSessionEnded(() => void router.invalidate())

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
