// Every page with its address. Pages are loaded when they are first opened; what the frame needs comes with the first load.

import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import type { Session } from '../api/session.ts'
import { readFilters } from '../parts/decision-filters.ts'
import { MissingPage } from '../pages/missing-page.tsx'
import { Frame } from './frame.tsx'
import { readSearch, writeSearch } from './search.ts'

const root = createRootRouteWithContext<{ session: Session }>()({ component: Outlet, notFoundComponent: MissingPage })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { next?: string } => {
    const next = search['next']
    // Only a path of this server: an address must not send somebody elsewhere after signing in.
    return typeof next === 'string' && /^\/(?!\/|\\)/.test(next) ? { next } : {}
  },
  component: lazyRouteComponent(() => import('../pages/sign-in-page.tsx'), 'SignInPage'),
})

const frame = createRoute({
  getParentRoute: () => root,
  id: 'frame',
  component: Frame,
  beforeLoad: ({ context, location }) => {
    if (context.session.key() !== null) return
    throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } })
  },
})

const home = createRoute({
  getParentRoute: () => frame,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/home-page.tsx'), 'HomePage'),
})

const reviews = createRoute({
  getParentRoute: () => frame,
  path: '/review',
  validateSearch: (search): { useCase?: string; item?: string } => ({
    ...named(search, 'useCase'),
    ...named(search, 'item'),
  }),
  component: lazyRouteComponent(() => import('../pages/review-desk-page.tsx'), 'ReviewDeskPage'),
})

const useCases = createRoute({
  getParentRoute: () => frame,
  path: '/use-cases',
  component: lazyRouteComponent(() => import('../pages/use-cases-page.tsx'), 'UseCasesPage'),
})

const useCase = createRoute({
  getParentRoute: () => frame,
  path: '/use-cases/$name',
  validateSearch: (search): { before?: string; after?: string } => ({
    ...named(search, 'before'),
    ...named(search, 'after'),
  }),
  component: lazyRouteComponent(() => import('../pages/use-case-page.tsx'), 'UseCasePage'),
})

const assessments = createRoute({
  getParentRoute: () => frame,
  path: '/assessments',
  validateSearch: (search): { useCase?: string } => named(search, 'useCase'),
  component: lazyRouteComponent(() => import('../pages/assessments-page.tsx'), 'AssessmentsPage'),
})

const assessment = createRoute({
  getParentRoute: () => frame,
  path: '/assessments/$id',
  component: lazyRouteComponent(() => import('../pages/assessment-page.tsx'), 'AssessmentPage'),
})

const decisions = createRoute({
  getParentRoute: () => frame,
  path: '/decisions',
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import('../pages/decisions-page.tsx'), 'DecisionsPage'),
})

const decision = createRoute({
  getParentRoute: () => frame,
  path: '/decisions/$id',
  component: lazyRouteComponent(() => import('../pages/decision-page.tsx'), 'DecisionPage'),
})

const actions = createRoute({
  getParentRoute: () => frame,
  path: '/actions',
  validateSearch: (search): { status?: 'queued' | 'delivered' | 'dead' } => {
    const status = (['queued', 'delivered', 'dead'] as const).find((each) => each === search['status'])
    return status === undefined ? {} : { status }
  },
  component: lazyRouteComponent(() => import('../pages/actions-page.tsx'), 'ActionsPage'),
})

const keys = createRoute({
  getParentRoute: () => frame,
  path: '/keys',
  component: lazyRouteComponent(() => import('../pages/keys-page.tsx'), 'KeysPage'),
})

const log = createRoute({
  getParentRoute: () => frame,
  // /log itself is the log’s own address (checkpoints and tiles).
  path: '/log-status',
  component: lazyRouteComponent(() => import('../pages/log-page.tsx'), 'LogPage'),
})

export function createAppRouter({ session }: { session: Session }) {
  const pages = [home, reviews, useCases, useCase, assessments, assessment, decisions, decision, actions, keys, log]
  return createRouter({
    routeTree: root.addChildren([signIn, frame.addChildren(pages)]),
    context: { session },
    parseSearch: readSearch,
    stringifySearch: writeSearch,
    defaultPreload: 'intent',
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}

function named<Name extends string>(search: Record<string, unknown>, name: Name): { [key in Name]?: string } {
  const value = search[name]
  return typeof value === 'string' && value !== '' ? ({ [name]: value } as { [key in Name]?: string }) : {}
}
