/**
 * Runs every test, or those whose path holds one of the arguments, and ends with the line `N passed, N failed`.
 * A test that is skipped, marked todo or cut short counts as failed, and so does a file that cannot be loaded,
 * an error outside of any test, and a run without tests.
 */
import { type TestModule, type TestSuite, startVitest } from 'vitest/node'

const filters = process.argv.slice(2)
const vitest = await startVitest(filters, { run: true, watch: false })
const modules = vitest.state.getTestModules()
const tests = modules.flatMap((module) => [...module.children.allTests()])
const passed = tests.filter((test) => test.result().state === 'passed').length
const neverRan = tests.filter((test) => !['passed', 'failed'].includes(test.result().state))
const brokenGroups = modules
  .flatMap((module) => [module, ...module.children.allSuites()])
  .filter(failsByItself)
const stray = vitest.state.getUnhandledErrors().length
const failed = tests.length - passed + brokenGroups.length + stray + (tests.length === 0 ? 1 : 0)
await vitest.close()

for (const test of neverRan)
  process.stdout.write(`did not run: ${test.module.relativeModuleId} > ${test.fullName}\n`)
if (tests.length === 0) process.stdout.write('no test was found\n')
process.stdout.write(`${passed} passed, ${failed} failed\n`)
// Explicit: a handle that a test left open must not keep a finished run alive.
process.exit(failed === 0 ? 0 : 1)

/** A file that does not load or a hook that throws, where no failed test tells of it. */
function failsByItself(group: TestModule | TestSuite): boolean {
  return group.errors().length > 0 && [...group.children.allTests('failed')].length === 0
}
