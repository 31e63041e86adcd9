/** What a statement is about (device protocol §3.11). */
export type PolicyAction = 'publish' | 'subscribe'

export interface Statement {
  readonly effect: 'ALLOW' | 'DENY'
  readonly actions: readonly PolicyAction[]
  /** `topic:` and a pattern, see {@link parseResource}. */
  readonly resources: readonly string[]
}

export interface Policy {
  readonly name: string
  readonly statements: readonly Statement[]
}

/** What the variables of a pattern stand for. */
export interface PolicySubject {
  readonly deviceId: string
  readonly clientId: string
  readonly productId: string
}

const variables: { readonly [name: string]: keyof PolicySubject } = {
  'devices.deviceId': 'deviceId',
  'devices.clientId': 'clientId',
  'devices.productId': 'productId',
}

const anyRun = Symbol('*')
const anyOne = Symbol('?')
type Part = string | typeof anyRun | typeof anyOne | { readonly variable: keyof PolicySubject }

/** A pattern taken apart: a character, a wildcard or a variable each. */
export type Pattern = readonly Part[]

/**
 * Parses `topic:` and a pattern of letters, digits and `/{}$=+#?*:._-`; undefined for anything else, also for a variable
 * that is not known (device protocol §3.11).
 */
export function parseResource(raw: string): Pattern | undefined {
  const [, text] = /^topic:([A-Za-z0-9/{}$=+#?*:._-]+)$/.exec(raw) ?? []
  if (text === undefined) return undefined
  const parts: Part[] = []
  for (const [piece, name] of text.matchAll(/\$\{([^}]*)\}|./g)) {
    if (name === undefined) parts.push(piece === '*' ? anyRun : piece === '?' ? anyOne : piece)
    else if (Object.hasOwn(variables, name)) parts.push({ variable: variables[name] as keyof PolicySubject })
    else return undefined
  }
  return parts
}

/**
 * Is this the topic, or the text of the filter, that the pattern means? `+` and `#` are characters like others, and so
 * is whatever a variable stands for: an id with a `*` opens nothing. At most pattern × topic steps: only the last `*`
 * is ever gone back to.
 */
export function matchesPattern(pattern: Pattern, topic: string, subject: PolicySubject): boolean {
  const parts = pattern.flatMap((part) =>
    typeof part === 'object' ? Array.from(subject[part.variable]) : [part],
  )
  const letters = Array.from(topic)
  let at = 0
  let next = 0
  let star = -1
  let starAt = 0
  while (at < letters.length) {
    const part = parts[next]
    if (part === anyRun) {
      star = next++
      starAt = at
    } else if (part === anyOne || (part !== undefined && part === letters[at])) {
      next++
      at++
    } else if (star >= 0) {
      next = star + 1
      at = ++starAt
    } else return false
  }
  while (parts[next] === anyRun) next++
  return next === parts.length
}

export type PolicyDecision =
  | { readonly kind: 'allowed' | 'denied'; /** Name of the policy that says so. */ readonly by: string }
  | { readonly kind: 'not-allowed' }

/** What the policies that are bound to a device say: DENY beats ALLOW, and nothing is allowed unless one does. Pure. */
export function decidePolicies(
  policies: readonly Policy[],
  action: PolicyAction,
  topic: string,
  subject: PolicySubject,
): PolicyDecision {
  const saying = (effect: Statement['effect']) =>
    policies.find(({ statements }) =>
      statements.some(
        (statement) =>
          statement.effect === effect &&
          statement.actions.includes(action) &&
          statement.resources.some((resource) => {
            const pattern = parseResource(resource)
            return pattern !== undefined && matchesPattern(pattern, topic, subject)
          }),
      ),
    )
  const denying = saying('DENY')
  if (denying) return { kind: 'denied', by: denying.name }
  const allowing = saying('ALLOW')
  return allowing ? { kind: 'allowed', by: allowing.name } : { kind: 'not-allowed' }
}
