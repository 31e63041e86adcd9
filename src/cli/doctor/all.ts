import { checkPlatformCa, checkServerCertificates } from './certificates.ts'
import type { Check, Finding, Scene } from './check.ts'
import { checkDatabases, checkSealingKey } from './databases.ts'
import { checkDiskFlush } from './disk-flush.ts'
import { checkFileSystem, checkFolder, checkSpace } from './folder.ts'
import { checkHistory } from './history.ts'
import { checkClock, checkCores, checkMemory, checkOpenFiles } from './machine.ts'
import { checkPorts } from './ports.ts'
import { checkNode, checkPlatform, checkSettings } from './settings.ts'

/** In the order in which they are shown. */
export const checks: readonly Check[] = [
  checkNode,
  checkPlatform,
  checkSettings,
  checkFolder,
  checkFileSystem,
  checkSpace,
  checkDiskFlush,
  checkOpenFiles,
  checkMemory,
  checkCores,
  checkClock,
  checkPorts,
  checkDatabases,
  checkHistory,
  checkSealingKey,
  checkPlatformCa,
  checkServerCertificates,
]

/** All findings on a scene, one check after the other, so that none disturbs what another measures. */
export async function examine(scene: Scene): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const check of checks) findings.push(...(await check(scene)))
  return findings
}
