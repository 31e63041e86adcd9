import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SortableList } from '../../components/sortable-list.tsx'
import { TextField } from '../../components/text-field.tsx'
import { dataTypeNames } from './data-types.ts'
import { faultAt, fieldBelow } from './model-fault.ts'
import { moved } from './model.ts'
import { nameFaultAt, newParameter, type ParameterDraft } from './parameters.ts'
import { BoundFields, DataTypeField, MeaningFields } from './value-rule-fields.tsx'
import { ruleFaults } from './value-rule.ts'

interface ParameterListProps {
  /** What they are parameters of. */
  readonly label: string
  readonly drafts: readonly ParameterDraft[]
  readonly onChange: (drafts: readonly ParameterDraft[]) => void
  readonly tried: boolean
  readonly error: Error | null
  /** Path of the list in what the platform is sent. */
  readonly place: string
}

const keyOf = ({ key }: ParameterDraft): string => String(key)

/** Parameters, each folded to a line unless it is new or something is wrong with it. */
export function ParameterList({ label, drafts, onChange, tried, error, place }: ParameterListProps) {
  const { t } = useTranslation()
  return (
    <section className="parameters" aria-label={label}>
      <h4 className="form-part">{label}</h4>
      <SortableList
        label={label}
        items={drafts}
        keyOf={keyOf}
        nameOf={({ name }) => name || t('model.unnamed')}
        onMove={(draft, by) => onChange(moved(drafts, keyOf, keyOf(draft), by))}
      >
        {(draft, at) => (
          <ParameterItem
            draft={draft}
            nameFault={nameFaultAt(drafts, at)}
            onChange={(next) => onChange(drafts.with(at, next))}
            onRemove={() => onChange(drafts.toSpliced(at, 1))}
            tried={tried}
            error={error}
            place={`${place}[${at}]`}
          />
        )}
      </SortableList>
      <Button icon={<PlusOutlined />} onClick={() => onChange([...drafts, newParameter()])}>
        {t('model.addParameter')}
      </Button>
    </section>
  )
}

interface ParameterItemProps extends Pick<ParameterListProps, 'tried' | 'error' | 'place'> {
  readonly draft: ParameterDraft
  readonly nameFault: 'empty' | 'taken' | undefined
  readonly onChange: (draft: ParameterDraft) => void
  readonly onRemove: () => void
}

function ParameterItem(props: ParameterItemProps) {
  const { draft, nameFault, onChange, onRemove, tried, error, place } = props
  const { t } = useTranslation()
  const [open, setOpen] = useState(draft.name === '')
  const isFaulty =
    (tried && (nameFault !== undefined || Object.keys(ruleFaults(draft.rule)).length > 0)) ||
    fieldBelow(error, place) !== undefined
  const told = (name: string): string | undefined => faultAt(error, place, name)
  const setRule = (rule: ParameterDraft['rule']): void => onChange({ ...draft, rule })
  return (
    <details
      className="parameter"
      open={open || isFaulty}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>
        <strong className="break">{draft.name || t('model.unnamed')}</strong>{' '}
        <span className="soft">{t(`model.types.${dataTypeNames[draft.rule.dataType]}`)}</span>
      </summary>
      <div className="folded-content">
        <TextField
          spellCheck={false}
          label={t('model.parameterName')}
          error={(tried && nameFault ? t(`model.faults.${nameFault}`) : undefined) ?? told('para_name')}
          maxLength={32}
          autoFocus={draft.name === ''}
          value={draft.name}
          onChange={(next) => onChange({ ...draft, name: next })}
        />
        <DataTypeField draft={draft.rule} onChange={setRule} told={told} />
        <BoundFields draft={draft.rule} onChange={setRule} tried={tried} told={told} />
        <MeaningFields draft={draft.rule} onChange={setRule} told={told} />
        <Button size="small" danger className="start" onClick={onRemove}>
          {t('model.removeParameter')}
        </Button>
      </div>
    </details>
  )
}
