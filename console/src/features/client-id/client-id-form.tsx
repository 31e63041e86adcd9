import { Button, Input, Radio } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyText } from '../../components/copy-text.tsx'
import { Facts } from '../../components/facts.tsx'
import { Field } from '../../components/field.tsx'
import { Panel } from '../../components/panel.tsx'
import { type DeviceLogin, deviceLogin, type SignType } from '../../lib/device-login.ts'
import './client-id.css'

/** As the platform takes them (device protocol §2.1). */
const DEVICE_ID = /^[A-Za-z0-9_-]{1,128}$/

/** Device ID and secret in; ClientId, Username and Password out. Nothing leaves the browser. */
export function ClientIdForm() {
  const { t } = useTranslation()
  const [deviceId, setDeviceId] = useState('')
  const [secret, setSecret] = useState('')
  const [signType, setSignType] = useState<SignType>('0')
  const [tried, setTried] = useState(false)
  const signTypeId = useId()
  const [login, setLogin] = useState<DeviceLogin>()
  const idFault = !DEVICE_ID.test(deviceId.trim())
  // What was made of something else is not shown beside it.
  const change = (act: () => void): void => {
    act()
    setLogin(undefined)
  }

  return (
    <>
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (!idFault && secret !== '')
            setLogin(deviceLogin({ deviceId: deviceId.trim(), secret, signType }, Date.now()))
        }}
      >
        <Field
          label="DeviceId"
          help={t('clientId.deviceIdHelp')}
          error={tried && idFault ? t('clientId.needDeviceId') : undefined}
        >
          {(control) => (
            <Input
              {...control}
              className="code"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={160}
              value={deviceId}
              onChange={({ target }) => change(() => setDeviceId(target.value))}
            />
          )}
        </Field>
        <Field
          label="DeviceSecret"
          help={t('clientId.secretHelp')}
          error={tried && secret === '' ? t('clientId.needSecret') : undefined}
        >
          {(control) => (
            <Input.Password
              {...control}
              className="code"
              autoComplete="off"
              maxLength={256}
              value={secret}
              onChange={({ target }) => change(() => setSecret(target.value))}
            />
          )}
        </Field>
        <div className="field" role="group" aria-labelledby={signTypeId}>
          <span id={signTypeId} className="client-id-label">
            {t('clientId.signType')}
          </span>
          <Radio.Group
            aria-labelledby={signTypeId}
            className="lines"
            value={signType}
            onChange={({ target }) => change(() => setSignType(target.value === '1' ? '1' : '0'))}
          >
            <Radio value="0">{t('clientId.type0')}</Radio>
            <Radio value="1">{t('clientId.type1')}</Radio>
          </Radio.Group>
        </div>
        <div>
          <Button type="primary" htmlType="submit">
            {t('clientId.generate')}
          </Button>
        </div>
      </form>
      <div role="status">
        {login && (
          <Panel
            title={t('clientId.result')}
            text={t(signType === '1' ? 'clientId.forAnHour' : 'clientId.forGood')}
          >
            <Facts
              facts={(['clientId', 'username', 'password'] as const).map((name) => {
                const title = { clientId: 'ClientId', username: 'Username', password: 'Password' }[name]
                return [title, <CopyText key={name} text={login[name]} what={title} />]
              })}
            />
            <p className="soft small">{t('clientId.x509')}</p>
          </Panel>
        )}
      </div>
    </>
  )
}
