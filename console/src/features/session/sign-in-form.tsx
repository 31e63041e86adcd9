import { Button, Input } from 'antd'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceFor } from '../../api/api-error.ts'
import { Field } from '../../components/field.tsx'
import { ErrorState } from '../../components/states.tsx'
import { type Session, signIn } from './session.ts'

export function SignInForm({ onSignedIn }: { readonly onSignedIn: (session: Session) => void }) {
  const { t } = useTranslation()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const attempt = useMutation({ mutationFn: signIn, onSuccess: onSignedIn })
  const complete = username !== '' && password !== ''

  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (complete && !attempt.isPending) attempt.mutate({ username, password })
      }}
    >
      <Field
        label={t('signIn.user')}
        error={tried && username === '' ? t('signIn.needUser') : sentenceFor(attempt.error, 'username')}
      >
        {(control) => (
          <Input
            {...control}
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            size="large"
            value={username}
            onChange={(event) => setUsername(event.target.value)}
          />
        )}
      </Field>
      <Field
        label={t('signIn.password')}
        error={tried && password === '' ? t('signIn.needPassword') : sentenceFor(attempt.error, 'password')}
      >
        {(control) => (
          <Input.Password
            {...control}
            name="password"
            autoComplete="current-password"
            size="large"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      {attempt.error && <ErrorState error={attempt.error} />}
      <Button type="primary" htmlType="submit" size="large" block loading={attempt.isPending}>
        {t('signIn.submit')}
      </Button>
    </form>
  )
}
