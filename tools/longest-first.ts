import { BaseSequencer, type TestSpecification } from 'vitest/node'

const longestFirst = [
  'tests/console/every-page.',
  'tests/scenario/crash.',
  'tests/scenario/kill.',
  'tests/console/overview.',
  'tests/scenario/lifecycle.',
  'tests/scenario/simulate.',
  'tests/console/',
  'tests/scenario/',
  'tests/fuzz/',
  'tools/check.',
  'tests/',
]

/**
 * A fresh clone knows no durations, and a file of minutes that begins last keeps one worker alone. So these begin first,
 * the longest at the front, and the many that take a moment last.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = longestFirst.findIndex((part) => moduleId.includes(`/${part}`))
      return at === -1 ? longestFirst.length : at
    }
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}
