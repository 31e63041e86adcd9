import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Checkbox, Input, Radio, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceFor } from '../../api/api-error.ts'
import { Field } from '../../components/field.tsx'
import { Folded } from '../../components/folded.tsx'
import { FormDialog } from '../../components/form-dialog.tsx'
import { useReturnFocus } from '../../components/return-focus.ts'
import { TextField } from '../../components/text-field.tsx'
import { registerDevice, type Registration } from './device-acts.ts'
import { authTypes } from './device-list.ts'
import { devicesKey } from './devices.ts'
import { FingerprintField } from './fingerprint-field.tsx'
import { ProductSelect, productChoicesQuery } from './product-select.tsx'
import { RegisteredDevice } from './registered-device.tsx'
import { useFingerprint } from './use-fingerprint.ts'

/** As much of a resource space as choosing one needs. */
export interface SpaceChoice {
  readonly app_id: string
  readonly app_name: string
  readonly default_app: boolean
}

interface RegisterDeviceProps {
  readonly projectId: string
  readonly spaces: readonly SpaceChoice[]
  /** Filled in at first. */
  readonly spaceId: string | undefined
  readonly productId: string | undefined
  /** The device becomes a child of this one, in its resource space. */
  readonly gateway?: { readonly deviceId: string; readonly name: string }
  readonly onClose: () => void
}

/** Asks what the device is, registers it, then shows its ID and secret. */
export function RegisterDevice({ onClose, ...props }: RegisterDeviceProps) {
  const client = useQueryClient()
  const [round, setRound] = useState(0)
  const [again, setAgain] = useState<Partial<Registration>>({})
  useReturnFocus()
  const register = useMutation({
    mutationFn: (registration: Registration) => registerDevice(props.projectId, registration),
    onSuccess: () => client.invalidateQueries({ queryKey: devicesKey(props.projectId) }),
    // The secret is kept no longer than the dialog shows it.
    gcTime: 0,
  })
  if (register.data)
    return (
      <RegisteredDevice
        device={register.data}
        gateway={props.gateway?.name}
        onAnother={() => {
          const { spaceId, productId, authType } = register.variables
          setAgain({ spaceId, productId, authType })
          setRound(round + 1)
          register.reset()
        }}
        onClose={onClose}
      />
    )
  return (
    <RegistrationForm
      key={round}
      {...props}
      again={again}
      busy={register.isPending}
      error={register.error}
      onSubmit={register.mutate}
      onClose={onClose}
    />
  )
}

interface RegistrationFormProps extends RegisterDeviceProps {
  /** Kept from the one before. */
  readonly again: Partial<Registration>
  readonly busy: boolean
  readonly error: Error | null
  readonly onSubmit: (registration: Registration) => void
}

const idForm = /^[A-Za-z0-9_-]+$/
const secretForm = /^[A-Za-z0-9_-]{8,32}$/

function RegistrationForm(props: RegistrationFormProps) {
  const { projectId, spaces, gateway, again, busy, error, onSubmit, onClose } = props
  const { t } = useTranslation()
  const [spaceId, setSpaceId] = useState(again.spaceId ?? props.spaceId)
  const [productId, setProductId] = useState(again.productId ?? props.productId)
  const [nodeId, setNodeId] = useState('')
  const [deviceId, setDeviceId] = useState('')
  const [name, setName] = useState('')
  const [authType, setAuthType] = useState(again.authType ?? 'SECRET')
  const [secret, setSecret] = useState('')
  const [secureAccess, setSecureAccess] = useState(true)
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const fingerprint = useFingerprint(projectId)

  // A product that was handed over may lie elsewhere than in the default resource space.
  const handedOver = useQuery({
    ...productChoicesQuery(projectId, { spaceId: undefined, search: productId ?? '' }),
    enabled: productId !== undefined && spaceId === undefined,
  })
  const spaceOfProduct = handedOver.data?.find(({ product_id: id }) => id === productId)?.app_id
  const space =
    spaceId ??
    spaceOfProduct ??
    spaces.find(({ default_app: isDefault }) => isDefault)?.app_id ??
    spaces[0]?.app_id
  const products = useQuery(productChoicesQuery(projectId, { spaceId: space, search: '' }))
  const hasNoProduct = products.data?.length === 0 && !products.isPlaceholderData

  const leave = (field: string) => () => setLeft((before) => new Set([...before, field]))
  const faults = {
    product: productId === undefined ? t('register.needProduct') : undefined,
    node_id:
      nodeId.trim() === ''
        ? t('register.needNodeId')
        : idForm.test(nodeId.trim())
          ? undefined
          : t('register.nodeIdForm'),
    device_id:
      deviceId.trim() === '' || idForm.test(deviceId.trim()) ? undefined : t('register.deviceIdForm'),
    secret: secret === '' || secretForm.test(secret) ? undefined : t('register.secretForm'),
  }
  const faultOf = (field: keyof typeof faults): string | undefined =>
    (left.has(field) ? faults[field] : undefined) ?? sentenceAbout(error, field)
  const canSend =
    Object.values(faults).every((fault) => fault === undefined) &&
    (gateway !== undefined || authType === 'SECRET' || fingerprint.value !== undefined)
  const isPlaced = ['product_id', 'node_id', 'device_id', 'device_name', 'secret', 'fingerprint'].some(
    (field) => sentenceAbout(error, field) !== undefined,
  )

  const submit = (): void => {
    setLeft(new Set(Object.keys(faults)))
    if (!canSend || productId === undefined) return
    onSubmit({
      spaceId: space,
      productId,
      nodeId,
      deviceId,
      name,
      authType,
      secret,
      fingerprint: fingerprint.value?.hex,
      secureAccess,
      gatewayId: gateway?.deviceId,
    })
  }

  return (
    <FormDialog
      title={t(gateway ? 'register.childTitle' : 'register.title')}
      text={gateway ? t('register.childText', { gateway: gateway.name }) : t('register.text')}
      submitText={t('common.ok')}
      width={560}
      busy={busy}
      error={isPlaced ? null : error}
      onSubmit={submit}
      onClose={onClose}
    >
      {!gateway && (
        <Field label={t('register.space')}>
          {(control) => (
            <Select
              {...control}
              options={spaces.map(({ app_id: value, app_name: label }) => ({ value, label }))}
              showSearch={{ optionFilterProp: 'label' }}
              {...(space !== undefined && { value: space })}
              onChange={(next) => {
                setSpaceId(next)
                // A product belongs to one resource space.
                setProductId(undefined)
              }}
            />
          )}
        </Field>
      )}
      <Field
        label={t('register.product')}
        error={faultOf('product') ?? sentenceAbout(error, 'product_id')}
        help={
          hasNoProduct ? (
            <>
              {t('register.noProduct')}{' '}
              <Link to="/products" className="link">
                {t('register.createProduct')}
              </Link>
            </>
          ) : undefined
        }
      >
        {(control) => (
          <ProductSelect
            control={control}
            projectId={projectId}
            spaceId={space}
            value={productId}
            placeholder={t('register.chooseProduct')}
            onChange={setProductId}
          />
        )}
      </Field>
      <TextField
        label={t('register.nodeId')}
        help={t('register.nodeIdHelp')}
        error={faultOf('node_id')}
        code
        maxLength={64}
        value={nodeId}
        onChange={setNodeId}
        onBlur={() => nodeId !== '' && leave('node_id')()}
      />
      <TextField
        label={t('register.name')}
        help={t('register.nameHelp')}
        error={sentenceAbout(error, 'device_name')}
        maxLength={256}
        value={name}
        onChange={setName}
      />
      {!gateway && (
        <fieldset className="field">
          <legend>{t('register.authType')}</legend>
          <Radio.Group
            value={authType}
            onChange={({ target }) => setAuthType(target.value as typeof authType)}
            options={authTypes.map((value) => ({ value, label: t(`devices.authTypes.${value}`) }))}
          />
          <p className="field-help">{t(`register.authHelp.${authType}`)}</p>
        </fieldset>
      )}
      {!gateway && authType === 'CERTIFICATES' && (
        <FingerprintField state={fingerprint} error={sentenceAbout(error, 'fingerprint')} />
      )}
      <Folded forced={faultOf('device_id') !== undefined || faultOf('secret') !== undefined}>
        <Field
          label={t('register.deviceId')}
          help={t('register.deviceIdHelp', {
            id: `${productId ?? t('register.productIdHere')}_${nodeId.trim() || t('register.nodeIdHere')}`,
          })}
          error={faultOf('device_id')}
        >
          {(control) => (
            <Input
              {...control}
              className="code"
              autoComplete="off"
              spellCheck={false}
              maxLength={128}
              value={deviceId}
              onChange={(event) => setDeviceId(event.target.value)}
              onBlur={leave('device_id')}
            />
          )}
        </Field>
        {!gateway && authType === 'SECRET' && (
          <Field label={t('register.secret')} help={t('register.secretHelp')} error={faultOf('secret')}>
            {(control) => (
              <Input.Password
                {...control}
                className="code"
                autoComplete="new-password"
                spellCheck={false}
                maxLength={32}
                value={secret}
                onChange={(event) => setSecret(event.target.value)}
                onBlur={leave('secret')}
              />
            )}
          </Field>
        )}
        {!gateway && (
          <Checkbox checked={secureAccess} onChange={({ target }) => setSecureAccess(target.checked)}>
            {t('register.secureAccess')}
          </Checkbox>
        )}
      </Folded>
    </FormDialog>
  )
}

/** The platform names a member by its path: `auth_info.fingerprint` is the field of the fingerprint. */
const sentenceAbout = (error: Error | null, field: string): string | undefined =>
  sentenceFor(error, field) ?? sentenceFor(error, `auth_info.${field}`)
