import { useQuery } from '@tanstack/react-query'
import { Button, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { sentenceFor } from '../../../api/api-error.ts'
import { Field } from '../../../components/field.tsx'
import { Answer } from '../../../components/states.tsx'
import { TextField } from '../../../components/text-field.tsx'
import { ActList } from './act-list.tsx'
import { acts, type Registration, type Work } from './acts.ts'
import { type ChosenProduct, productsToChooseQuery } from './products-to-choose.ts'
import type { Progress } from './use-commissioning.ts'

interface RegisterStepProps {
  readonly projectId: string
  readonly space: string | undefined
  readonly work: Work
  readonly progress: Progress
  readonly registration: Registration
  readonly tried: boolean
  /** Nothing can be run now. */
  readonly blocked: boolean
  readonly onChange: (next: Registration) => void
  readonly onRun: () => void
}

/** Uploads, proves and registers, and makes before what has not been made yet; tells what came of each. */
export function RegisterStep(props: RegisterStepProps) {
  const { projectId, space, work, progress, registration, tried, blocked, onChange, onRun } = props
  const { t } = useTranslation()
  const products = useQuery(productsToChooseQuery(projectId, space))
  const { product, nodeId, deviceName } = registration
  const refused = progress.failed?.act === 'register' ? progress.failed.error : null
  return (
    <>
      {work.registered === undefined && (
        <>
          <div className="wizard-fields">
            <Field
              label={t('wizard.product')}
              error={tried && !product ? t('wizard.needProduct') : sentenceFor(refused, 'product_id')}
            >
              {({ id, status, 'aria-describedby': describedBy }) => (
                <Answer of={products}>
                  {(all) => (
                    <Select
                      id={id}
                      status={status}
                      aria-describedby={describedBy}
                      showSearch={{ optionFilterProp: 'label' }}
                      placeholder={all.length === 0 ? t('wizard.noProduct') : t('wizard.chooseProduct')}
                      {...(product && { value: keyOf(product) })}
                      onChange={(key: string) => {
                        const chosen = all.find((each) => keyOf(each) === key)
                        onChange({ ...registration, product: chosen })
                      }}
                      options={all.map((each) => ({ value: keyOf(each), label: labelOf(each) }))}
                    />
                  )}
                </Answer>
              )}
            </Field>
            <TextField
              label={t('wizard.nodeId')}
              help={t('wizard.nodeIdHelp')}
              error={tried && nodeId.trim() === '' ? t('wizard.needNodeId') : sentenceFor(refused, 'node_id')}
              spellCheck={false}
              maxLength={64}
              value={nodeId}
              onChange={(next) => onChange({ ...registration, nodeId: next })}
            />
            <TextField
              label={t('wizard.deviceName')}
              error={sentenceFor(refused, 'device_name')}
              maxLength={256}
              placeholder={t('common.optional')}
              value={deviceName}
              onChange={(next) => onChange({ ...registration, deviceName: next })}
            />
          </div>
          <Button
            type="primary"
            disabled={blocked && !progress.busy}
            loading={progress.busy !== undefined}
            onClick={onRun}
          >
            {t(acts.some((act) => act.isDone(work)) ? 'wizard.doRest' : 'wizard.doAll')}
          </Button>
        </>
      )}
      <ActList work={work} progress={progress} />
    </>
  )
}

/** A product's id is unique within its resource space alone. */
const keyOf = ({ app_id: space, product_id: id }: Pick<ChosenProduct, 'app_id' | 'product_id'>): string =>
  `${space} ${id}`

const labelOf = ({ name, app_name: space }: ChosenProduct): string => `${name} · ${space}`
