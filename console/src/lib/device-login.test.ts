import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { deviceLogin, hourOf } from './device-login.ts'

interface Vector {
  readonly id: string
  readonly device_id: string
  readonly secret: string
  readonly client_id: string
  readonly username: string
  readonly password: string
}
const { password: vectors } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../tests/vectors/device-protocol-vectors.json'), 'utf8'),
) as { readonly password: readonly Vector[] }
// Some are of hours that no clock shows: a device may sign with any ten digits.
const ours = vectors.filter(({ client_id: id }) => /_0_[01]_\d{8}([01]\d|2[0-3])$/.test(id))

test('guide S91: the hour is UTC, as YYYYMMDDHH', () => {
  expect(hourOf(Date.UTC(2018, 6, 24, 17, 56, 20))).toBe('2018072417')
})

test.for(ours)('$id: client id, user name and password are those of the device protocol', (vector) => {
  const [, signType, hour = ''] = /_0_([01])_(\d{10})$/.exec(vector.client_id) ?? []
  const at = Date.UTC(
    Number(hour.slice(0, 4)),
    Number(hour.slice(4, 6)) - 1,
    Number(hour.slice(6, 8)),
    Number(hour.slice(8)),
    59,
  )

  const login = deviceLogin(
    { deviceId: vector.device_id, secret: vector.secret, signType: signType === '1' ? '1' : '0' },
    at,
  )

  expect(login).toEqual({
    clientId: vector.client_id,
    username: vector.username,
    password: vector.password,
  })
})
