import assert from 'node:assert'
import type { Instant } from '../base/instant.ts'
import { type Issued, issueCa, issueServerCertificate, type ServerKeyKind } from './issue-certificates.ts'

/** What to make. */
export type IssueTask =
  | { readonly what: 'ca'; readonly now: Instant }
  | {
      readonly what: ServerKeyKind
      readonly now: Instant
      readonly ca: Issued
      readonly names: readonly string[]
    }

// A process that lives for one certificate: the library and the making of keys leave no memory behind in a
// platform that will run for months. The task and its answer travel over the pipe between the two processes.
assert(process.send, 'certificates are issued in a process of their own')
process.once('message', (task: IssueTask) => {
  const issued =
    task.what === 'ca' ? issueCa(task.now) : issueServerCertificate(task.what, task.ca, task.names, task.now)
  void issued.then((made) => process.send?.(made, () => process.disconnect?.()))
})
