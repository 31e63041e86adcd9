import { expect, test } from 'vitest'
import { aClock } from '../../tests/support/builders.ts'
import type { DeviceId, ProductId, ProjectId, SpaceId } from '../base/ids.ts'
import { limits } from '../base/limits.ts'
import type { ConnectionGrant, ConnectionVerdict } from '../domain/verdict/verdict.ts'
import { createHttpPresence } from './http-presence.ts'

const deviceId = 'd' as DeviceId
const grant: ConnectionGrant = {
  ...{ deviceId, projectId: 'p' as ProjectId, spaceId: 's' as SpaceId },
  ...{ productKey: 'k', productId: 'product' as ProductId, clientId: 'd' },
}
const verdict = { kind: 'connection', outcome: 'accepted' } as ConnectionVerdict
const hour = 3_600_000

/** With a store that holds one session a device, as the real one does, and tells what it was told. */
function bench() {
  const clock = aClock()
  const holders = new Map<DeviceId, string>()
  const told: string[] = []
  const presence = createHttpPresence({
    clock,
    limits,
    name: 'http-api',
    cutTakenOver: async (_device, connection) => void told.push(`cut ${connection}`),
    store: {
      connectionOf: async (id) => holders.get(id),
      async claim({ deviceId: id, connection }) {
        const previous = holders.get(id)
        holders.set(id, connection)
        told.push(`online ${connection}`)
        return previous
      },
      async release({ deviceId: id, connection, cause }) {
        if (holders.get(id) === connection) holders.delete(id)
        told.push(`offline ${connection} ${cause}`)
      },
    },
  })
  return { clock, holders, told: () => told.splice(0), ...presence }
}

test('device protocol §5.2: a device that came over HTTP is ONLINE from its token on, and OFFLINE after 25 h without a word', async () => {
  const { seen, sweep, clock, told } = bench()
  await seen(grant, { address: 'a', verdict })
  expect(told()).toEqual(['online http-api-1'])

  clock.advance(24 * hour)
  await seen(grant, { address: 'a' })
  clock.advance(25 * hour - 1)
  await sweep()
  expect(told(), 'it was heard 25 h ago, less a moment').toEqual([])
  clock.advance(1)
  await sweep()

  expect(told()).toEqual(['offline http-api-1 silent'])
  await sweep()
  expect(told(), 'once').toEqual([])
})

test('device protocol §2.9: who holds a connection of MQTT keeps its session, and ends by that alone', async () => {
  const { seen, sweep, clock, told, holders } = bench()
  holders.set(deviceId, 'listener1-7')

  await seen(grant, { address: 'a', verdict })
  clock.advance(26 * hour)
  await sweep()

  expect(told()).toEqual([])
  expect(holders.get(deviceId)).toBe('listener1-7')
})
