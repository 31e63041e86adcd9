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

type Variable = { readonly variable: keyof PolicySubject }

/** What stands between two `*`: text, or text and variables. `anyOne` in it is any character. */
type Part = string | readonly (string | Variable)[]

/** A pattern taken apart: what stands before, between and behind its `*`; a single part is the whole topic. */
export type Pattern = readonly Part[]

/** For `?`: a character that is in no topic ([MQTT-4.7.3-2]). */
const anyOne = '\0'

/**
 * Parses `topic:` and a pattern of letters, digits and `/{}$=+#?*:._-`; undefined for anything else, also for a variable
 * that is not known or not closed: such a text would mean no topic, and a DENY of it would deny nothing
 * (device protocol §3.11).
 */
export function parseResource(raw: string): Pattern | undefined {
  const [, text] = /^topic:([A-Za-z0-9/{}$=+#?*:._-]+)$/.exec(raw) ?? []
  if (text === undefined) return undefined
  const parts: Part[] = []
  for (const part of text.split('*')) {
    const pieces: (string | Variable)[] = []
    for (const [piece, name] of part.matchAll(/\$\{([^}]*)(?:\}|$)|(?:[^$]|\$(?!\{))+/g)) {
      if (name === undefined) pieces.push(piece.replaceAll('?', anyOne))
      else if (piece.endsWith('}') && Object.hasOwn(variables, name))
        pieces.push({ variable: variables[name] as keyof PolicySubject })
      else return undefined
    }
    parts.push(pieces.every((piece) => typeof piece === 'string') ? pieces.join('') : pieces)
  }
  return parts
}

/**
 * Is this the topic, or the text of the filter, that the pattern means? `+` and `#` are characters like others, and so
 * is whatever a variable stands for: an id with a `*` opens nothing. What stands behind a `*` is taken where it is found
 * first, and nothing is gone back to: devices choose topics, and while one is looked at, their thread waits.
 */
export function matchesPattern(pattern: Pattern, topic: string, subject: PolicySubject): boolean {
  const [first = '', ...more] = pattern
  // Most patterns end here, before a variable is looked at.
  if (typeof first !== 'string' && typeof first[0] === 'string' && !stands(first[0], topic, 0)) return false
  const head = filled(first, subject)
  if (!stands(head, topic, 0)) return false
  const last = more.pop()
  if (last === undefined) return head.length === topic.length
  let at = head.length
  for (const part of more) {
    const wanted = filled(part, subject)
    const found = find(wanted, topic, at)
    if (found < 0) return false
    at = found + wanted.length
  }
  const tail = filled(last, subject)
  const tailAt = topic.length - tail.length
  return tailAt >= at && stands(tail, topic, tailAt)
}

function filled(part: Part, subject: PolicySubject): string {
  if (typeof part === 'string') return part
  let text = ''
  for (const piece of part) text += typeof piece === 'string' ? piece : subject[piece.variable]
  return text
}

function stands(wanted: string, topic: string, at: number): boolean {
  return wanted.includes(anyOne) ? standsWithAny(wanted, topic, at) : topic.startsWith(wanted, at)
}

function standsWithAny(wanted: string, topic: string, at: number): boolean {
  if (topic.length - at < wanted.length) return false
  for (let next = 0; next < wanted.length; next++) {
    const code = wanted.charCodeAt(next)
    if (code !== 0 && code !== topic.charCodeAt(at + next)) return false
  }
  return true
}

function find(wanted: string, topic: string, from: number): number {
  if (!wanted.includes(anyOne)) return topic.indexOf(wanted, from)
  for (let at = from; at + wanted.length <= topic.length; at++)
    if (standsWithAny(wanted, topic, at)) return at
  return -1
}

/** With one unit for each character, also for those of two: what a `?` stands for. No pattern names one of these. */
function oneUnitEach(topic: string): string {
  return topic.replace(/[\ud800-\udbff][\udc00-\udfff]/g, '\ufffd')
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
  const letters = oneUnitEach(topic)
  const saying = (effect: keyof CompiledPolicies): CompiledStatement | undefined => {
    for (const list of lists)
      for (const statement of list[effect])
        if (statement.actions.includes(action) && concerns(statement, effect)) return statement
    return undefined
  }
  const concerns = ({ patterns }: CompiledStatement, effect: keyof CompiledPolicies): boolean =>
    patterns.some((pattern) => (pattern ? matchesPattern(pattern, letters, subject) : effect === 'deny'))

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
