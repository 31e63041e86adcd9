import Type, { type Static } from 'typebox'
import type { Language } from '../../base/refusal-sentence.ts'
import type { NoticeCode } from '../../domain/verdict/notice-codes.ts'
import { renderVerdict } from '../../domain/verdict/render.ts'

/** Why something did not reach a device, where the answer itself is a good one (northbound §4.6, §4.7). */
export const ErrorInfo = Type.Object({ error_code: Type.String(), error_msg: Type.String() })

export const errorInfo = (
  code: NoticeCode,
  language: Language,
  params: Readonly<Record<string, string>> = {},
): Static<typeof ErrorInfo> => ({
  error_code: wireCode(code),
  error_msg: renderVerdict({ code, params }, language).sentence,
})

/** Northbound §2.3, §4.6: those that it names; what is like them where it names none. */
function wireCode(code: NoticeCode): string {
  switch (code) {
    case 'device-offline':
    case 'connection-lost':
      return 'IOTDA.014016'
    case 'device-not-subscribed':
      return 'IOTDA.014112'
    case 'downlink-queue-full':
      return 'IOTDA.021102'
    case 'downlink-too-large':
      return 'IOTDA.021105'
    default:
      return 'IOTDA.014111'
  }
}
