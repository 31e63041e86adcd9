/** What a statement is about (device protocol §3.11). */
export type PolicyAction = 'publish' | 'subscribe'

export interface Statement {
  readonly effect: 'ALLOW' | 'DENY'
  readonly actions: readonly PolicyAction[]
  /** `topic:` and a pattern, see {@link parseResource}. */
  readonly resources: readonly string[]
}

/** What a policy can be bound to: a device, all devices of a product, all devices of its resource space. */
export type PolicyTargetType = 'device' | 'product' | 'app'

/** A policy by one of its bindings. */
export interface BoundPolicy {
  readonly name: string
  readonly boundTo: PolicyTargetType
  readonly statements: readonly Statement[]
}

/** What the variables of a pattern stand for. */
export interface PolicySubject {
  readonly deviceId: string
  /** As its CONNECT says it. */
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
 * that is not known or not closed: such a text would mean no topic, and a DENY of it would deny nothing
 * (device protocol §3.11).
 */
export function parseResource(raw: string): Pattern | undefined {
  const [, text] = /^topic:([A-Za-z0-9/{}$=+#?*:._-]+)$/.exec(raw) ?? []
  if (text === undefined) return undefined
  const parts: Part[] = []
  for (const [piece, name] of text.matchAll(/\$\{([^}]*)(?:\}|$)|./g)) {
    if (name === undefined) parts.push(piece === '*' ? anyRun : piece === '?' ? anyOne : piece)
    else if (piece.endsWith('}') && Object.hasOwn(variables, name))
      parts.push({ variable: variables[name] as keyof PolicySubject })
    else return undefined
  }
  return parts
}

/**
 * Is this the topic, or the text of the filter, that the pattern means? `+` and `#` are characters like others, and so
 * is whatever a variable stands for: an id with a `*` opens nothing. At most topic × topic steps, whatever the pattern:
 * only the last `*` is ever gone back to.
 */
export function matchesPattern(pattern: Pattern, topic: string, subject: PolicySubject): boolean {
  const parts = pattern.some((part) => typeof part === 'object')
    ? pattern.flatMap((part) => (typeof part === 'object' ? Array.from(subject[part.variable]) : [part]))
    : pattern
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

interface CompiledStatement {
  readonly actions: Statement['actions']
  /** 1 for the first of its policy. */
  readonly number: number
  /** Undefined: a resource that cannot be read. */
  readonly patterns: readonly (Pattern | undefined)[]
  readonly policy: Pick<BoundPolicy, 'name' | 'boundTo'>
}

/** Policies with their patterns taken apart, DENY and ALLOW by themselves. */
export interface CompiledPolicies {
  readonly deny: readonly CompiledStatement[]
  readonly allow: readonly CompiledStatement[]
}

/** Takes policies apart once, for many decisions. */
export function compilePolicies(policies: readonly BoundPolicy[]): CompiledPolicies {
  const of = (effect: Statement['effect']): CompiledStatement[] =>
    policies.flatMap(({ name, boundTo, statements }) =>
      statements.flatMap((statement, index) =>
        statement.effect === effect
          ? [
              {
                actions: statement.actions,
                number: index + 1,
                patterns: statement.resources.map(parseResource),
                policy: { name, boundTo },
              },
            ]
          : [],
      ),
    )
  return { deny: of('DENY'), allow: of('ALLOW') }
}

export type PolicyDecision =
  | {
      readonly kind: 'allowed' | 'denied'
      readonly policy: string
      /** 1 for the first of the policy. */
      readonly statement: number
      /** How the policy came to be asked. */
      readonly boundTo: PolicyTargetType
    }
  | { readonly kind: 'not-allowed' }

export const notAllowed: PolicyDecision = { kind: 'not-allowed' }

/**
 * What policies that are bound to a device, its product and its resource space say, one list after the other: a DENY of
 * any beats every ALLOW, and nothing is allowed unless one does (device protocol §3.11). A resource that cannot be read
 * means every topic where it denies, and none where it allows. Pure.
 */
export function decidePolicies(
  lists: readonly CompiledPolicies[],
  action: PolicyAction,
  topic: string,
  subject: PolicySubject,
): PolicyDecision {
  const saying = (effect: keyof CompiledPolicies): CompiledStatement | undefined => {
    for (const list of lists)
      for (const statement of list[effect])
        if (statement.actions.includes(action) && concerns(statement, effect)) return statement
    return undefined
  }
  const concerns = ({ patterns }: CompiledStatement, effect: keyof CompiledPolicies): boolean =>
    patterns.some((pattern) => (pattern ? matchesPattern(pattern, topic, subject) : effect === 'deny'))

  const denying = saying('deny')
  if (denying) return decision('denied', denying)
  const allowing = saying('allow')
  return allowing ? decision('allowed', allowing) : notAllowed
}

const decision = (kind: 'allowed' | 'denied', { policy, number }: CompiledStatement): PolicyDecision => ({
  kind,
  policy: policy.name,
  statement: number,
  boundTo: policy.boundTo,
})
