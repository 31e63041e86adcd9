import { expect, test } from 'vitest'
import { limits } from '../../base/limits.ts'
import { parseProjectId } from '../../base/ids.ts'
import type { SignedRequest } from './canonical-request.ts'
import { verifySignature } from './signature.ts'

/*
 * Both signatures were computed with openssl dgst and openssl kdf from the canonical request
 *
 *   POST\n/v5/iot/0123456789abcdef0123456789abcdef/apps/\na=1&b=%20x\n
 *   content-type:application/json\nhost:api.example.com:8080\nx-sdk-date:20261122T120000Z\n\n
 *   content-type;host;x-sdk-date\n67b31a8fcce87ee866ccf5603340169d5249402e6ab5f1a8314a29bb86e9271a
 */
const PLAIN = '29132d046db0c88ed70dc0740e28626ac8fdca6ac9cf3bf7ff7b627b94bbe2a7'
const DERIVED = '51ba42ac1afd645b86f8d7e3b057d03539e4bd61a25ae9a0e43834500963ccea'

const accessKey = 'AKIDEXAMPLE000000001'
const secret = 'VerySecretKeyOfFortyCharacters0123456789'
const projectId = parseProjectId('0123456789abcdef0123456789abcdef')
const signed = 'SignedHeaders=content-type;host;x-sdk-date'
const plain = `SDK-HMAC-SHA256 Access=${accessKey}, ${signed}, Signature=${PLAIN}`
const derived = `V11-HMAC-SHA256 Credential=${accessKey}/20261122/r1/iotdm, ${signed}, Signature=${DERIVED}`

const request = (authorization: string, over: Partial<SignedRequest> = {}): SignedRequest => ({
  method: 'POST',
  target: '/v5/iot/0123456789abcdef0123456789abcdef/apps?b=%20x&a=1',
  headers: {
    host: 'api.example.com:8080',
    'content-type': ' application/json',
    'x-sdk-date': '20261122T120000Z',
    'user-agent': 'not signed',
    authorization,
  },
  body: Buffer.from('{"app_name":"Haus ä"}'),
  ...over,
})

async function verify(signedRequest: SignedRequest) {
  const asked: string[] = []
  const clock = { now: () => Date.UTC(2026, 10, 22, 12, 5) }
  const find = (key: string) => {
    asked.push(key)
    return Promise.resolve(key === accessKey && projectId ? { secret, projectId } : undefined)
  }
  const answer = await verifySignature(signedRequest, find, { clock, limits }).catch(
    (fault: unknown) => fault,
  )
  return { answer, asked }
}

test.for([
  ['SDK-HMAC-SHA256', plain],
  ['V11-HMAC-SHA256', derived],
] as const)('northbound §1.1, §1.2: a vector of %s', async ([, authorization]) => {
  expect((await verify(request(authorization))).answer).toEqual({ accessKey, projectId })
})

test('the region of a derived signature is free, but signed', async () => {
  const other = derived.replace('/r1/', '/cn-north-4/')

  expect((await verify(request(other))).answer).toMatchObject({ refusal: 'authentication-failed' })
})

test.for([
  ['body', { body: Buffer.from('{"app_name":"Haus o"}') }],
  ['method', { method: 'PUT' }],
  ['path', { target: '/v5/iot/0123456789abcdef0123456789abcdef/app?b=%20x&a=1' }],
  ['query', { target: '/v5/iot/0123456789abcdef0123456789abcdef/apps?b=%20x&a=2' }],
] as const)('a changed %s is refused', async ([, over]) => {
  for (const authorization of [plain, derived])
    expect((await verify(request(authorization, over))).answer).toMatchObject({
      refusal: 'authentication-failed',
    })
})

test('threat 10: an unknown key is looked up and fails as a wrong signature does', async () => {
  const unknown = await verify(request(plain.replace(accessKey, 'NOBODY')))
  const wrong = await verify(request(plain.replace(PLAIN, DERIVED)))

  expect(unknown.answer).toEqual(wrong.answer)
  expect([unknown.asked, wrong.asked]).toEqual([['NOBODY'], [accessKey]])
})

test('threat 10: the dummy secret of an unknown key opens nothing', async () => {
  const { createHmac } = await import('node:crypto')
  const { canonicalHead, sha256Hex } = await import('./canonical-request.ts')
  const unsigned = request('')
  const text = canonicalHead(unsigned, ['content-type', 'host', 'x-sdk-date']) + sha256Hex(unsigned.body)
  const forged = createHmac('sha256', '0'.repeat(40))
    .update(`SDK-HMAC-SHA256\n20261122T120000Z\n${sha256Hex(text)}`)
    .digest('hex')

  const { answer } = await verify(request(`SDK-HMAC-SHA256 Access=NOBODY, ${signed}, Signature=${forged}`))

  expect(answer).toMatchObject({ refusal: 'authentication-failed' })
})

test('a header that is not well-formed is refused before any key is looked up', async () => {
  for (const authorization of [
    '',
    'SDK-HMAC-SHA256',
    plain.replace('x-sdk-date', 'X-Sdk-Date'),
    `${plain}, more=1`,
  ]) {
    const { answer, asked } = await verify(request(authorization))

    expect(answer).toMatchObject({ refusal: 'authentication-failed' })
    expect(asked).toEqual([])
  }
})
