import { CheckCircleFilled } from '@ant-design/icons'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeBlock } from '../../components/code-block.tsx'
import { Time } from '../../components/time.tsx'
import { commandsOf } from './openssl.ts'
import { openStep, type Step, type StepName, type Way } from './progress.ts'
import './guide.css'

interface GuideStepsProps {
  readonly steps: readonly Step[]
  readonly way: Way
  /** Buttons and links that lead to where a step is done. */
  readonly actions: (step: Step) => ReactNode
  /** Of a step that is done: what came of it. */
  readonly result: (step: Step) => ReactNode
  /** Beside the step that is open, e.g. why a connection was refused. */
  readonly trouble: (step: StepName) => ReactNode
}

/** The way as a list: what is done with what came of it, what is next with how it is done, what follows. */
export function GuideSteps({ steps, way, actions, result, trouble }: GuideStepsProps) {
  const { t } = useTranslation()
  const open = openStep(steps)
  return (
    <ol className="guide-steps">
      {steps.map((step, at) => {
        const { step: name, done } = step
        const state = done ? 'done' : name === open ? 'open' : 'later'
        const commands = state === 'open' && way === 'book' ? commandsOf(name) : undefined
        return (
          <li
            key={name}
            className={`guide-step ${state}`}
            {...(state === 'open' && { 'aria-current': 'step' })}
          >
            <span className="guide-mark">
              {done ? <CheckCircleFilled aria-hidden="true" /> : <span aria-hidden="true">{at + 1}</span>}
              <span className="unseen">{t(`guide.states.${state}`)}</span>
            </span>
            <div className="guide-body">
              <div className="item-head">
                <h2>{t(`guide.steps.${name}.title`)}</h2>
                {!done && <span className="faint small">{t(`guide.steps.${name}.time`)}</span>}
                {done && step.at !== undefined && (
                  <span className="faint small">
                    <Time at={step.at} />
                  </span>
                )}
              </div>
              {done ? result(step) : <p className="soft">{t(`guide.steps.${name}.text`)}</p>}
              {state === 'open' && (
                <>
                  <p>{t(`guide.steps.${name}.${way === 'wizard' ? 'wizard' : 'book'}`)}</p>
                  {commands !== undefined && <CodeBlock text={commands} what={t('guide.commands')} />}
                  {trouble(name)}
                </>
              )}
              {!done && <div className="wrapping">{actions(step)}</div>}
            </div>
          </li>
        )
      })}
    </ol>
  )
}
