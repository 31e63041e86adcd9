import { Link } from '@tanstack/react-router'
import { Button, Select } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Field } from '../../../components/field.tsx'
import { FileDrop } from '../../../components/file-drop.tsx'
import { useLanguage } from '../../../components/language.ts'
import { Panel } from '../../../components/panel.tsx'
import { ErrorState } from '../../../components/states.tsx'
import { saveFile } from '../../../lib/download.ts'
import { type AuthType, authTypes } from '../device-list.ts'
import { ProductSelect } from '../product-select.tsx'
import { Progress } from '../progress.tsx'
import type { SpaceChoice } from '../register-device.tsx'
import { BatchTable } from './batch-table.tsx'
import { type BatchFile, columns, decodeText, FILE_BYTES_MAX, readCsv, ROWS_MAX, template } from './csv.ts'
import { type OwnSentences, resultFile } from './result-file.ts'
import { type BatchDefaults, countsOf } from './rows.ts'
import { type BatchRun, useBatchRun } from './use-batch-run.ts'
import '../devices.css'

interface BatchRegisterProps {
  readonly projectId: string
  readonly spaces: readonly SpaceChoice[]
  /** Filled in at first. */
  readonly spaceId: string | undefined
}

type RowsOf<F> = F extends { readonly kind: 'rows' } ? F : never
/** `begun`: some rows are registered. */
type Stage = 'open' | 'busy' | 'begun'
interface Chosen {
  readonly name: string
  readonly file: BatchFile
  /** Of each choice another one: the same file again starts anew. */
  readonly round: number
}

/** A file, what applies to all of its rows, what the platform says of each, and only then the registration. */
export function BatchRegister({ projectId, spaces, spaceId }: BatchRegisterProps) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState<Chosen>()
  const [space, setSpace] = useState(spaceId)
  const [productId, setProductId] = useState<string>()
  const [authType, setAuthType] = useState<AuthType>('SECRET')
  const ownSpace =
    space ?? spaces.find(({ default_app: isDefault }) => isDefault)?.app_id ?? spaces[0]?.app_id
  const defaults: BatchDefaults = { spaceId: ownSpace, productId, authType }
  const [stage, setStage] = useState<Stage>('open')
  const isBusy = stage === 'busy'
  // Other values would be another batch: the verdicts, and the secrets with them, would be gone.
  const isFixed = stage !== 'open'

  const take = (file: File): void =>
    void file
      .arrayBuffer()
      .then((bytes) => readCsv(decodeText(new Uint8Array(bytes))))
      .then((read) => {
        setStage('open')
        setChosen((before) => ({ name: file.name, file: read, round: (before?.round ?? 0) + 1 }))
      })

  return (
    <>
      <div className="columns batch-columns">
        <Panel title={t('batch.file')} text={t('batch.fileText')}>
          <fieldset className="plain-fieldset" disabled={isBusy}>
            <FileDrop accept=".csv,.txt,.tsv" maxBytes={FILE_BYTES_MAX} chosen={chosen?.name} onFile={take} />
          </fieldset>
          {chosen && <FileFault file={chosen.file} />}
          <details className="folded">
            <summary>{t('batch.columns')}</summary>
            <dl className="folded-content facts">
              {columns.map((column) => (
                <div key={column} className="batch-column">
                  <dt>
                    <code>{column}</code>
                  </dt>
                  <dd className="soft small">{t(`batch.columnText.${column}`)}</dd>
                </div>
              ))}
            </dl>
          </details>
          <Button onClick={() => saveFile('devices.csv', template(), 'text/csv')}>
            {t('batch.template')}
          </Button>
        </Panel>
        <Panel title={t('batch.defaults')} text={t('batch.defaultsText')}>
          <div className="form">
            <Field label={t('register.space')} help={t('batch.spaceHelp')}>
              {(control) => (
                <Select
                  {...control}
                  disabled={isFixed}
                  options={spaces.map(({ app_id: value, app_name: label }) => ({ value, label }))}
                  {...(ownSpace !== undefined && { value: ownSpace })}
                  onChange={(next) => {
                    setSpace(next)
                    setProductId(undefined)
                  }}
                />
              )}
            </Field>
            <Field label={t('register.product')} help={t('batch.productHelp')}>
              {(control) => (
                <ProductSelect
                  control={control}
                  projectId={projectId}
                  spaceId={ownSpace}
                  value={productId}
                  disabled={isFixed}
                  clearable
                  placeholder={t('register.chooseProduct')}
                  onChange={setProductId}
                />
              )}
            </Field>
            <Field label={t('register.authType')} help={t('batch.authHelp')}>
              {(control) => (
                <Select
                  {...control}
                  disabled={isFixed}
                  value={authType}
                  onChange={setAuthType}
                  options={authTypes.map((value) => ({ value, label: t(`devices.authTypes.${value}`) }))}
                />
              )}
            </Field>
          </div>
        </Panel>
      </div>
      {chosen?.file.kind === 'rows' && (
        <Rows
          // Other values, other verdicts.
          key={[chosen.round, ownSpace, productId, authType].join(' ')}
          projectId={projectId}
          file={chosen.file}
          defaults={defaults}
          onStage={setStage}
        />
      )}
    </>
  )
}

function FileFault({ file }: { readonly file: BatchFile }) {
  const { t } = useTranslation()
  const numbers = new Intl.NumberFormat(useLanguage())
  if (file.kind === 'rows')
    return file.unknown.length > 0 ? (
      <p className="warning-box">{t('batch.unknownColumns', { names: file.unknown.join(', ') })}</p>
    ) : null
  return (
    <p className="field-error" role="alert">
      {file.kind === 'empty' && t('batch.emptyFile')}
      {file.kind === 'no-node-id' && t('batch.noNodeId', { found: file.found.join(', ') })}
      {file.kind === 'too-many' &&
        t('batch.tooMany', { rows: numbers.format(file.rows), max: numbers.format(ROWS_MAX) })}
    </p>
  )
}

interface RowsProps {
  readonly projectId: string
  readonly file: RowsOf<BatchFile>
  readonly defaults: BatchDefaults
  readonly onStage: (stage: Stage) => void
}

function Rows({ projectId, file, defaults, onStage }: RowsProps) {
  const { t } = useTranslation()
  const run = useBatchRun(projectId, file.rows, defaults)
  const isBusy = run.doing !== 'nothing'
  const isBegun = run.verdicts.some(({ kind }) => kind === 'registered' || kind === 'unsure')
  useEffect(() => onStage(isBusy ? 'busy' : isBegun ? 'begun' : 'open'), [isBusy, isBegun, onStage])
  useStayWhile(run.doing === 'registering')
  const sentences: OwnSentences = {
    duplicate: (line) => t('batch.duplicate', { line }),
    tooLong: (column) => t('batch.tooLong', { column }),
    lost: t('batch.lost'),
  }
  return (
    <Panel title={t('batch.preview')}>
      <Steps run={run} rows={file.rows.length} onSave={() => saveResult(file, run, sentences)} />
      <BatchTable rows={file.rows} verdicts={run.verdicts} defaults={defaults} sentences={sentences} />
    </Panel>
  )
}

const saveResult = ({ rows }: RowsOf<BatchFile>, { verdicts }: BatchRun, sentences: OwnSentences): void =>
  saveFile('devices-result.csv', resultFile(rows, verdicts, sentences), 'text/csv')

interface StepsProps {
  readonly run: BatchRun
  readonly rows: number
  readonly onSave: () => void
}

/** What can be done next, and how far it is. */
function Steps({ run, rows, onSave }: StepsProps) {
  const { t } = useTranslation()
  const numbers = new Intl.NumberFormat(useLanguage())
  const counts = countsOf(run.verdicts)
  const isBusy = run.doing !== 'nothing'
  const isChecked = counts.open === 0
  const hasSecrets = run.verdicts.some(
    (verdict) => verdict.kind === 'registered' && verdict.secret !== undefined,
  )
  const isUnsure = run.verdicts.some(({ kind }) => kind === 'unsure')
  const canRegister = counts.ready > 0 || isUnsure
  return (
    <div className="form batch-steps">
      <p role="status" className="wrapping">
        <span>{t('batch.counts.rows', { count: rows, text: numbers.format(rows) })}</span>
        {(['ready', 'refused', 'registered', 'open'] as const)
          .filter((state) => counts[state] > 0)
          .map((state) => (
            <strong key={state}>{t(`batch.counts.${state}`, { text: numbers.format(counts[state]) })}</strong>
          ))}
      </p>
      {isBusy && (
        <Progress
          value={run.progress.done}
          max={run.progress.total}
          text={t(run.doing === 'checking' ? 'batch.checking' : 'batch.registering', {
            done: numbers.format(run.progress.done),
            total: numbers.format(run.progress.total),
          })}
        />
      )}
      {run.error && <ErrorState error={run.error} />}
      {run.error && <p className="soft">{t('batch.afterError')}</p>}
      {hasSecrets && <p className="warning-box">{t('batch.secretsWarning')}</p>}
      <div className="wrapping">
        {isBusy ? (
          <Button onClick={run.stop}>{t('batch.stop')}</Button>
        ) : (
          <>
            {(!isChecked || !canRegister) && counts.open > 0 && (
              <Button type={canRegister ? 'default' : 'primary'} onClick={() => void run.check()}>
                {t(counts.open === rows ? 'batch.check' : 'batch.checkRest')}
              </Button>
            )}
            {canRegister && (
              <Button type="primary" onClick={() => void run.register()}>
                {isUnsure
                  ? t('batch.goOn')
                  : t('batch.register', { count: counts.ready, text: numbers.format(counts.ready) })}
              </Button>
            )}
            {(counts.registered > 0 || counts.refused > 0) && (
              <Button onClick={onSave}>{t('batch.result')}</Button>
            )}
            {counts.registered > 0 && !canRegister && (
              <Link to="/devices" className="link">
                {t('batch.toDevices')}
              </Link>
            )}
          </>
        )}
      </div>
      {canRegister && !isBusy && <p className="soft small">{t('batch.registerText')}</p>}
    </div>
  )
}

/** Asks before the page is left. */
function useStayWhile(busy: boolean): void {
  useEffect(() => {
    if (!busy) return undefined
    const stay = (event: BeforeUnloadEvent): void => event.preventDefault()
    addEventListener('beforeunload', stay)
    return () => removeEventListener('beforeunload', stay)
  }, [busy])
}
