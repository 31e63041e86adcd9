import { expect, test } from 'vitest'
import { createPace } from './pace.ts'

test('what asks in one turn, or within the pause, goes together and in its order', async () => {
  const paced = createPace(5)
  const order: string[] = []
  const ask = (name: string) => paced().then(() => order.push(name))

  const first = [paced(), paced()]
  expect(first[0]).toBe(first[1])
  await Promise.all(first)
  const second = paced()
  const asked = [ask('a'), ask('b')]
  expect(paced()).toBe(second)
  expect(second).not.toBe(first[0])
  await Promise.all(asked)

  expect(order).toEqual(['a', 'b'])
})
