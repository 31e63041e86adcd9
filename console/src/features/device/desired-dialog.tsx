import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormDialog } from '../../components/form-dialog.tsx'
import { notify } from '../../components/notices.tsx'
import './commands/commands.css'
import { ValueFields } from './commands/value-fields.tsx'
import { type Draft, readDraft, type ValueRule } from './commands/values.ts'
import { changeDesired, changesOf, draftOf, type Values } from './desired.ts'
import type { Place } from './device.ts'
import { shadowQuery } from './shadow.ts'

interface DesiredDialogProps {
  readonly place: Place
  readonly serviceId: string
  readonly rules: readonly ValueRule[]
  readonly desired: Values
  readonly reported: Values
  readonly isOnline: boolean
  readonly onClose: () => void
}

/** What is desired of one service, as one form: what is emptied is desired no longer. Mount it to open it. */
export function DesiredDialog(props: DesiredDialogProps) {
  const { place, serviceId, rules, desired, reported, isOnline, onClose } = props
  const { t } = useTranslation()
  const client = useQueryClient()
  const [filledIn] = useState(() => draftOf(rules, desired))
  const [before] = useState(desired)
  const [draft, setDraft] = useState<Draft>(filledIn)
  const [tried, setTried] = useState(false)
  const save = useMutation({
    mutationFn: (changes: Values) => changeDesired(place, serviceId, changes),
    onSuccess: (shadow) => {
      client.setQueryData(shadowQuery(place).queryKey, [...shadow])
      notify(t(isOnline ? 'device.desired.onItsWay' : 'device.desired.waits'))
      onClose()
    },
  })
  return (
    <FormDialog
      title={t('device.desired.of', { service: serviceId })}
      text={t(isOnline ? 'device.desired.textOnline' : 'device.desired.textAway')}
      submitText={t('device.desired.save')}
      width={560}
      busy={save.isPending}
      error={save.error}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        const after = readDraft(rules, draft)
        if (!after) return
        const changes = changesOf(before, filledIn, after)
        if (changes) save.mutate(changes)
        else onClose()
      }}
    >
      <ValueFields
        label={t('device.properties')}
        rules={rules}
        draft={draft}
        onChange={setDraft}
        tried={tried}
        hintOf={(name) =>
          Object.hasOwn(reported, name)
            ? t('downlinks.reportedLast', {
                value: JSON.stringify(reported[name]).slice(0, 60).toWellFormed(),
              })
            : undefined
        }
      />
    </FormDialog>
  )
}
