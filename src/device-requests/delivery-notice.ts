import type { Delivery } from '../domain/downlink/downlink.ts'
import type { NoticeCode } from '../domain/verdict/notice-codes.ts'
import type { Notice } from './request.ts'

const codes: { readonly [D in Delivery]: NoticeCode | undefined } = {
  written: undefined,
  acknowledged: undefined,
  unacknowledged: 'downlink-unacknowledged',
  offline: 'device-offline',
  'not-subscribed': 'device-not-subscribed',
  'too-large': 'downlink-too-large',
  'connection-lost': 'connection-lost',
  busy: 'downlink-queue-full',
}

/** Why it did not arrive; undefined when it did. */
export function noticeOf(delivery: Delivery, topic: string): Notice | undefined {
  const code = codes[delivery]
  return code && { code, params: { topic } }
}
