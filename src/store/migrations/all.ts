import { registry } from './0001-registry.ts'
import { callers } from './0002-callers.ts'
import { sessions } from './0003-sessions.ts'
import { deviceSearch } from './0004-device-search.ts'
import { settings } from './0005-settings.ts'
import { due } from './0006-due.ts'
import { downlinks } from './0007-downlinks.ts'
import { desired } from './0008-desired.ts'
import { deviceTokens } from './0009-device-tokens.ts'
import { bridges } from './0010-bridges.ts'
import { devicePolicies } from './0011-device-policies.ts'
import { childLists } from './0012-child-lists.ts'
import { deviceFacts } from './0013-device-facts.ts'
import { provisioning } from './0014-provisioning.ts'
import { registrationGroups } from './0015-registration-groups.ts'
import { selfRegistered } from './0016-self-registered.ts'
import type { Migration } from './migration.ts'

/** Every migration, in order; a new one goes to the end with the next number. */
export const migrations: readonly Migration[] = [
  registry,
  callers,
  sessions,
  deviceSearch,
  settings,
  due,
  downlinks,
  desired,
  deviceTokens,
  bridges,
  devicePolicies,
  childLists,
  deviceFacts,
  provisioning,
  registrationGroups,
  selfRegistered,
]
