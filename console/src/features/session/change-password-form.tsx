import { Button, Input } from 'antd'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceFor } from '../../api/api-error.ts'
import { Field } from '../../components/field.tsx'
import { notify } from '../../components/notices.tsx'
import { ErrorState } from '../../components/states.tsx'
import { changePassword } from './session.ts'

const nothing = { old: '', fresh: '', repeat: '' }
const labels = { old: 'account.old', fresh: 'account.new', repeat: 'account.repeat' } as const

export function ChangePasswordForm({ user }: { readonly user: string }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState(nothing)
  const [tried, setTried] = useState(false)
  const change = useMutation({
    mutationFn: changePassword,
    onSuccess: () => {
      setTyped(nothing)
      setTried(false)
      notify(t('account.changed'))
    },
  })
  const faults = {
    old: typed.old === '' ? t('account.needOld') : undefined,
    fresh: typed.fresh === '' ? t('account.needNew') : undefined,
    repeat: typed.repeat === typed.fresh ? undefined : t('account.different'),
  }
  const told = {
    old: sentenceFor(change.error, 'old_password'),
    fresh: sentenceFor(change.error, 'new_password'),
    repeat: undefined,
  }
  const field = (name: keyof typeof nothing, autoComplete: string) => (
    <Field
      label={t(labels[name])}
      {...(name === 'fresh' && { help: t('account.newHelp') })}
      error={(tried ? faults[name] : undefined) ?? told[name]}
    >
      {(control) => (
        <Input.Password
          {...control}
          autoComplete={autoComplete}
          value={typed[name]}
          onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
        />
      )}
    </Field>
  )

  return (
    <form
      className="form narrow"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        const sound = !faults.old && !faults.fresh && !faults.repeat
        if (sound && !change.isPending) change.mutate({ old_password: typed.old, new_password: typed.fresh })
      }}
    >
      {/* A password manager asks whose password it is. */}
      <input type="text" name="username" autoComplete="username" value={user} readOnly hidden />
      {field('old', 'current-password')}
      {field('fresh', 'new-password')}
      {field('repeat', 'new-password')}
      {change.error && !told.old && !told.fresh && <ErrorState error={change.error} />}
      <div>
        <Button type="primary" htmlType="submit" loading={change.isPending}>
          {t('account.changePassword')}
        </Button>
      </div>
    </form>
  )
}
