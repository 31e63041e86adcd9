import { expect, test } from 'vitest'
import { s3Address } from './s3-address.ts'

const aws = {
  endpoint: 'https://{bucket}.s3.amazonaws.com',
  bucket: 'examplebucket',
  region: 'us-east-1',
  accessKey: 'AKIAIOSFODNN7EXAMPLE',
  secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
const at = Date.UTC(2013, 4, 24)

test("the S3 API reference's example of a presigned address", () => {
  expect(s3Address(aws, { method: 'GET', key: 'test.txt', at, lifeSeconds: 86_400 })).toBe(
    'https://examplebucket.s3.amazonaws.com:443/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256' +
      '&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request' +
      '&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host' +
      '&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  )
})

test("a bucket in the path, a port, and a name of all kinds of characters, as Amazon's botocore signs it", () => {
  const settings = {
    ...{ endpoint: 'http://127.0.0.1:9000', bucket: 'files', region: 'cn-north-4' },
    ...{ accessKey: 'AKID/x+y', secretKey: 'secret/+=' },
  }
  const at = Date.UTC(2026, 10, 23, 9, 8, 5)

  const address = s3Address(settings, {
    ...{ method: 'PUT', key: "p/d/logs/a b+(1)'*!~追.log", at, lifeSeconds: 3600 },
  })

  expect(address).toMatch(
    /^http:\/\/127\.0\.0\.1:9000\/files\/p\/d\/logs\/a%20b%2B%281%29%27%2A%21~%E8%BF%BD\.log\?X-Amz-/,
  )
  expect(address).toMatch(
    /&X-Amz-Signature=0a615d5d3681422142c1769e0dbdbfc37de7d420e19bb5d01529e29cd537cd62$/,
  )
})
