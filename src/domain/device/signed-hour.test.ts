import { expect, test } from 'vitest'
import vectors from '../../../tests/vectors/device-protocol-vectors.json' with { type: 'json' }
import { limits } from '../../base/limits.ts'
import { formatHour, hoursAhead, shiftHour } from './signed-hour.ts'

for (const { id, server_time, timestamp, sign_type, difference_hours, accept } of vectors.timestamp_window
  .cases) {
  test(`${id} ${timestamp} at ${server_time} with sign type ${sign_type}`, () => {
    const ahead = hoursAhead(timestamp, Date.parse(server_time))
    expect(ahead).toBe(difference_hours)
    // Sign type 0 is not held to the window (device protocol §2.3).
    if (sign_type === 0) return
    const isInside =
      difference_hours >= -limits.signedHourBehindMax && difference_hours <= limits.signedHourAheadMax
    expect(isInside).toBe(accept)
  })
}

test.for(['2024130100', '2024000100', '2024023000', '2024010000', 'abcdefghij', '202401010'])(
  '%s names no day',
  (timestamp) => {
    expect(hoursAhead(timestamp, 0)).toBeUndefined()
    expect(shiftHour(timestamp, 1)).toBeUndefined()
  },
)

test('hours are written and shifted in UTC, over the ends of days', () => {
  expect(formatHour(Date.parse('2018-07-24T17:56:20Z'))).toBe('2018072417')
  expect(shiftHour('2023123123', 1)).toBe('2024010100')
  expect(shiftHour('2024060124', -1)).toBe('2024060123')
})
