import type { Parameter, Response } from './model.ts'
import { newRule, type RuleDraft, ruleDraftOf, ruleFaults, ruleOf } from './value-rule.ts'

/** A parameter of a command, a response or an event, as it stands in a form. */
export interface ParameterDraft {
  /** Of this form alone: a name may be empty, or there twice. */
  readonly key: number
  readonly name: string
  readonly rule: RuleDraft
}

export interface ResponseDraft {
  readonly key: number
  readonly name: string
  readonly paras: readonly ParameterDraft[]
}

let count = 0
/** Unlike any that was given before. */
export const newKey = (): number => ++count

export const newParameter = (): ParameterDraft => ({ key: newKey(), name: '', rule: newRule })

export const parameterDrafts = (paras: readonly Parameter[]): readonly ParameterDraft[] =>
  paras.map((para) => ({ key: newKey(), name: para.para_name, rule: ruleDraftOf(para) }))

export const responseDrafts = (responses: readonly Response[]): readonly ResponseDraft[] =>
  responses.map(({ response_name: name, paras }) => ({ key: newKey(), name, paras: parameterDrafts(paras) }))

export const parametersOf = (drafts: readonly ParameterDraft[]): readonly Parameter[] =>
  drafts.map(({ name, rule }) => ({ para_name: name.trim(), ...ruleOf(rule) }))

export const responsesOf = (drafts: readonly ResponseDraft[]): readonly Response[] =>
  drafts.map(({ name, paras }) => ({ response_name: name.trim(), paras: parametersOf(paras) }))

/** What is wrong with the name of the one at `at` among its neighbours. */
export function nameFaultAt(
  drafts: readonly { readonly name: string }[],
  at: number,
): 'empty' | 'taken' | undefined {
  const name = drafts[at]?.name.trim()
  if (!name) return 'empty'
  return drafts.slice(0, at).some((each) => each.name.trim() === name) ? 'taken' : undefined
}

export const parametersAreGood = (drafts: readonly ParameterDraft[]): boolean =>
  drafts.every(
    ({ rule }, at) => nameFaultAt(drafts, at) === undefined && Object.keys(ruleFaults(rule)).length === 0,
  )

export const responsesAreGood = (drafts: readonly ResponseDraft[]): boolean =>
  drafts.every(({ paras }, at) => nameFaultAt(drafts, at) === undefined && parametersAreGood(paras))
