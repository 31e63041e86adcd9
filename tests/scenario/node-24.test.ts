import { spawnSync } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { oldestNode } from '../../tools/node.mjs'
import { connectOnce } from '../support/device-client.ts'
import { repository, startQuayside } from '../support/quayside.ts'
import { loadReport, registerDevice, registerProduct, storedNumbers } from '../support/registered-device.ts'

test('on Node.js 24 a device connects, reports over TCP and TLS, and all is there after a restart', async () => {
  const node = oldestNode()
  expect(spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout).toMatch(/^v24\./)
  let quayside = await startQuayside({}, { node })
  onTestFinished(() => quayside.dispose())
  const device = await registerDevice(quayside, await registerProduct(quayside), 'one')
  const urls = ['mqtt', 'mqtts'] as const
  for (const [index, scheme] of urls.entries()) {
    const { client } = await connectOnce(`${scheme}://127.0.0.1:${quayside.ports[scheme]}`, {
      ...device.credentials(),
      protocolVersion: 5,
      rejectUnauthorized: false,
    })
    await client?.publishAsync(device.reportTopic, loadReport(index + 1), { qos: 1 })
    await client?.endAsync()
  }
  const shadow = async (): Promise<unknown> => {
    const { body } = await quayside.api('GET', `/v5/iot/{project}/devices/${device.deviceId}/shadow`)
    return body.shadow[0].reported.properties
  }
  expect(await shadow()).toEqual({ n: 2, twice: 4 })
  expect(await quayside.stop()).toBe(0)

  quayside = await quayside.restart()

  expect(await shadow()).toEqual({ n: 2, twice: 4 })
  expect(await storedNumbers(quayside, device)).toEqual([1, 2])
  expect(await quayside.stop()).toBe(0)
  expect(quayside.output()).not.toContain('Warning')
})

/** Runs `file` on the pretence of another version, on a machine for which no Node.js is pinned. */
const pretend = (version: string, file: string): { status: number | null; stderr: string } => {
  const lies = `Object.defineProperty(process.versions,'node',{value:'${version}'});Object.defineProperty(process,'arch',{value:'mips'})`
  const preload = `data:text/javascript,${lies}`
  const { status, stderr } = spawnSync(process.execPath, ['--import', preload, file, 'version'], {
    cwd: repository,
    encoding: 'utf8',
  })
  return { status, stderr }
}

test('below Node.js 24.15 the product refuses to start, in one sentence', () => {
  for (const version of ['24.14.1', '22.20.0', '20.20.2'])
    expect(pretend(version, 'src/main.ts')).toEqual({
      status: 1,
      stderr: `Quayside needs Node.js 24.15 or newer; this is ${version}.\n`,
    })
  for (const version of ['24.15.0', '26.10.0']) expect(pretend(version, 'src/main.ts').status).toBe(0)
})

test('the launcher, on an old Node.js and without the pinned one, refuses in one sentence, too', () => {
  for (const version of ['24.14.1', '20.20.2']) {
    const { status, stderr } = pretend(version, 'bin/quayside.mjs')
    expect(status).toBe(1)
    expect(stderr).toMatch(new RegExp(`^Quayside needs Node.js 24.15 or later, .*${version}: .*\\.\n$`))
  }
  expect(pretend('24.15.0', 'bin/quayside.mjs').status).toBe(0)
})
