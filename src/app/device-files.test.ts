import { expect, test } from 'vitest'
import { ConfigError, readConfig } from './config.ts'
import { baseUrl, s3Settings } from './device-files.ts'

const all = {
  QUAYSIDE_OBJECTS_ENDPOINT: 'https://{bucket}.obs.example.org',
  QUAYSIDE_OBJECTS_BUCKET: 'files',
  QUAYSIDE_OBJECTS_ACCESS_KEY: 'key',
  QUAYSIDE_OBJECTS_SECRET_KEY: 'secret',
}
const read = (env: NodeJS.ProcessEnv) => readConfig([], env, '/nowhere')

test.each([
  ['iot.example.org', undefined, 8443, 'https://iot.example.org:8443'],
  ['2001:db8::1', undefined, 8443, 'https://[2001:db8::1]:8443'],
  ['x', 'https://files.example.org', 8443, 'https://files.example.org:443'],
  ['x', 'http://files.example.org/iot/', 8443, 'http://files.example.org:80/iot'],
])('device protocol §3.8.6: an address has its port: %s, %s', (publicHost, filesUrl, https, base) => {
  expect(baseUrl({ publicHost, filesUrl }, { https })).toBe(`${base}/quayside/objects`)
})

test('an S3-compatible storage is set as a whole, or not at all', () => {
  expect(s3Settings(read({}))).toBeUndefined()
  expect(s3Settings(read(all))).toEqual({
    ...{ endpoint: 'https://{bucket}.obs.example.org', bucket: 'files', region: 'us-east-1' },
    ...{ accessKey: 'key', secretKey: 'secret' },
  })
  for (const name of Object.keys(all))
    expect(() => s3Settings(read({ ...all, [name]: undefined })), name).toThrow(ConfigError)
})

test.each(['files', 'ftp://a', 'https://user:secret@a', 'https://a/?x=1', 'https://a/#x', 'https://'])(
  '%s is no address of a storage',
  (address) => {
    expect(() => read({ ...all, QUAYSIDE_OBJECTS_ENDPOINT: address })).toThrow(
      'QUAYSIDE_OBJECTS_ENDPOINT must be',
    )
  },
)
