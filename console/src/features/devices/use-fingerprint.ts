import { queryOptions, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call, type Reply } from '../../api/client.ts'
import { useLanguage } from '../../components/language.ts'
import { type Understood, understand, understandFile } from './fingerprint.ts'

type Explained = Reply<'POST /quayside/v1/{project_id}/explain/certificate'>

/** Decoded by the platform, which keeps nothing of it. `language` is part of the key: problems are told in it. */
const explainedQuery = (projectId: string, language: string, pem: string) =>
  queryOptions({
    queryKey: ['explained-certificate', projectId, language, pem],
    queryFn: ({ signal }): Promise<Explained> =>
      call('POST /quayside/v1/{project_id}/explain/certificate', {
        params: { project_id: projectId },
        body: { content: pem },
        signal,
      }),
    staleTime: Infinity,
    gcTime: 60_000,
  })

/** What stands in a fingerprint field, what it was understood as, and what may be sent. */
export interface FingerprintState {
  readonly text: string
  /** Name of the file it came from. */
  readonly file: string | undefined
  readonly understood: Understood
  /** Of a certificate: what the platform says of it. */
  readonly explained: {
    readonly data: Explained | undefined
    readonly error: Error | null
    refetch(): unknown
  }
  /** To be sent: digits, or undefined for none; `undefined` as a whole while it cannot be sent. */
  readonly value: { readonly hex: string | undefined } | undefined
  readonly setText: (text: string) => void
  readonly setFile: (file: File) => void
}

export function useFingerprint(projectId: string): FingerprintState {
  const language = useLanguage()
  const [{ text, file, understood }, setContent] = useState<{
    readonly text: string
    readonly file?: string
    readonly understood: Understood
  }>({ text: '', understood: { kind: 'empty' } })
  const pem = understood.kind === 'certificate' ? understood.pem : undefined
  const explained = useQuery({
    ...explainedQuery(projectId, language, pem ?? ''),
    enabled: pem !== undefined,
  })
  return {
    text,
    file,
    understood,
    explained,
    value: valueOf(understood, explained.data),
    setText(next) {
      const read = understand(next)
      // A private key does not stay on the screen either.
      setContent({ text: read.kind === 'private-key' ? '' : next, understood: read })
    },
    setFile(chosen) {
      void chosen
        .arrayBuffer()
        .then((bytes) => setContent({ file: chosen.name, ...understandFile(new Uint8Array(bytes)) }))
        .catch(() => setContent({ text: '', understood: { kind: 'unreadable' } }))
    },
  }
}

/** Whether the fingerprint beside a certificate is another one's. */
export function isOfAnother(told: string | undefined, explained: Explained): boolean {
  const { sha1, sha256 } = explained.certificates[0]?.fingerprints ?? {}
  return told !== undefined && told !== sha1 && told !== sha256
}

function valueOf(understood: Understood, explained: Explained | undefined): FingerprintState['value'] {
  if (understood.kind === 'empty') return { hex: undefined }
  if (understood.kind === 'fingerprint') return { hex: understood.hex }
  const first = explained?.certificates[0]
  if (understood.kind !== 'certificate' || !explained || !first || isOfAnother(understood.told, explained))
    return undefined
  return { hex: first.fingerprints.sha256 }
}
