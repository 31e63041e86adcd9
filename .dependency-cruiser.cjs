// Who may import whom: one row a folder of src/. What a row does not name is refused.
// ARCHITECTURE.md draws the levels; `npm run check` proves that these rules are looked at (tools/check/imports.ts).
const may = {
  base: [],
  domain: ['base'],
  sql: ['base'],
  codec: ['base', 'domain'],
  pki: ['base'],
  store: ['base', 'domain', 'sql'],
  log: ['base', 'domain', 'sql'],
  bus: ['base', 'domain'],
  objects: ['base', 'domain'],
  session: ['base', 'codec'],
  router: ['base', 'domain', 'codec'],
  downlink: ['base', 'domain', 'codec', 'store', 'bus'],
  listener: ['base', 'domain', 'codec', 'session', 'router'],
  'device-auth': ['base', 'domain', 'pki', 'store'],
  ingest: ['base', 'domain', 'codec', 'store', 'log'],
  projections: ['base', 'domain', 'codec', 'store', 'log', 'bus'],
  'device-requests': ['base', 'domain', 'codec', 'store', 'bus', 'downlink'],
  'device-http': ['base', 'domain', 'codec', 'router'],
  rules: ['base', 'domain', 'store', 'log', 'downlink'],
  forwarders: ['base', 'domain'],
  operations: ['base', 'domain', 'pki', 'store', 'bus', 'downlink'],
  files: ['base', 'domain', 'store', 'objects'],
  jobs: ['base', 'domain', 'pki', 'store', 'bus', 'downlink'],
  api: ['base', 'domain', 'operations'],
  simulator: ['base', 'domain', 'codec', 'pki'],
  // No stage: what a verb does to a platform, app/ does for it, in the running server or on the data folder.
  cli: ['base', 'domain', 'sql', 'codec', 'pki', 'store', 'log', 'bus', 'simulator', 'app'],
} // app/ and main.ts may import anything; below them only cli/ imports app/

const mayConsole = {
  lib: [],
  api: ['lib'],
  components: ['lib'],
  features: ['lib', 'api', 'components'],
} // console/src/app may import all four

// Packages and built-in modules with one home; app/ wires, so it may hold a few of them too.
const home = {
  fastify: ['api'],
  '@fastify/[^/]+': ['api'],
  kysely: ['store'],
  pkijs: ['pki', 'app'],
  asn1js: ['pki', 'app'],
  '@peculiar/x509': ['pki', 'app'],
  'reflect-metadata': ['pki', 'app'],
  typebox: ['operations', 'api'],
  ws: ['listener'],
  pino: ['app'],
  'pino-pretty': ['app'],
  'prom-client': ['app'],
}
// Folders that open no socket, file or process.
const pure = 'base|domain|codec|session|router'
const test = '[.]test[.]ts$'

const refuse = (name, from, to) => ({ name, severity: 'error', from, to })
module.exports = {
  forbidden: [
    refuse(
      'every-folder-has-a-row',
      { path: '^src/[^/]+/', pathNot: `^src/(${[...Object.keys(may), 'app'].join('|')})/` },
      {},
    ),
    refuse('no-cycles', {}, { circular: true }),
    ...Object.entries(may).map(([folder, those]) =>
      refuse(
        `${folder}-imports-down`,
        { path: `^src/${folder}/` },
        { path: '^src/', pathNot: `^src/(${[folder, ...those].join('|')})/` },
      ),
    ),
    ...Object.entries(mayConsole).map(([folder, those]) =>
      refuse(
        `console-${folder}-imports-down`,
        { path: `^console/src/${folder}/` },
        { path: '^console/src/', pathNot: `^console/src/(${[folder, ...those].join('|')})/` },
      ),
    ),
    refuse(
      'every-folder-of-the-console-has-a-row',
      { path: '^console/src/', pathNot: `^console/src/(${[...Object.keys(mayConsole), 'app'].join('|')})/` },
      {},
    ),
    refuse(
      'features-stay-apart',
      { path: '^console/src/features/([^/]+)/' },
      { path: '^console/src/features/', pathNot: '^console/src/features/$1/' },
    ),
    refuse('console-talks-http', { path: '^console/' }, { path: '^src/' }),
    refuse('server-knows-no-console', { path: '^src/', pathNot: test }, { path: '^console/' }),
    // It measures the server from outside, with packets of its own: a fault of ours must not cancel out.
    // bench/history.ts, bench/listener.ts and bench/store.ts measure parts of the server by themselves, bench/start.ts makes a log as the server would; all else
    // measures servers from outside.
    refuse(
      'bench-knows-no-server',
      { path: '^bench/', pathNot: '^bench/(history|listener|start|store).ts' },
      { path: '^(src|console)/' },
    ),
    ...Object.entries(home).map(([name, folders]) =>
      refuse(
        `${name}-lives-in-${folders[0]}`,
        { path: '^src/', pathNot: `^src/(${folders.join('|')})/|${test}` },
        { path: `(^|/)node_modules/(@types/)?${name}/` },
      ),
    ),
    refuse(
      'sqlite-lives-in-sql',
      { path: '^src/', pathNot: `^src/sql/|${test}` },
      { dependencyTypes: ['core'], path: '^(node:)?sqlite$' },
    ),
    refuse(
      'pure-folders-do-no-io',
      { path: `^src/(${pure})/`, pathNot: test },
      { dependencyTypes: ['core'], pathNot: '^(node:)?(assert|buffer|crypto)$' },
    ),
    refuse(
      'nothing-imports-app',
      { path: '^src/[^/]+/', pathNot: '^src/(app|cli)/' },
      { path: '^src/(app/|main[.]ts$)' },
    ),
    refuse(
      'product-stays-out-of-tests',
      { path: '^src/', pathNot: test },
      { path: `^(tests|tools|bench)/|${test}` },
    ),
    refuse(
      'product-runs-without-development-packages',
      { path: '^src/', pathNot: test },
      { dependencyTypes: ['npm-dev'], pathNot: '/@types/' },
    ),
    refuse('imports-resolve', { path: '^(src|console|bench)/' }, { couldNotResolve: true }),
    refuse(
      'declared-packages-only',
      { path: '^(src|console|bench)/', pathNot: test },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true, // type-only imports count too
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
