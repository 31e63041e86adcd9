import { useQueryClient } from '@tanstack/react-query'
import { Button, Modal } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormDialog } from '../../components/form-dialog.tsx'
import { useReturnFocus } from '../../components/return-focus.ts'
import { ErrorState } from '../../components/states.tsx'
import { TextField } from '../../components/text-field.tsx'
import { actOn, type BulkAct } from './device-acts.ts'
import { type DeviceRow, nameOf } from './device-list.ts'
import { devicesKey } from './devices.ts'
import { Progress } from './progress.tsx'

interface BulkDialogProps {
  readonly projectId: string
  readonly act: BulkAct
  readonly devices: readonly DeviceRow[]
  /** Told which devices it was done with. */
  readonly onClose: (done: readonly string[]) => void
}

interface Run {
  readonly done: readonly string[]
  readonly failed: readonly { readonly device: DeviceRow; readonly error: Error }[]
  readonly isOver: boolean
}

/** Requests under way at once: the platform answers each in some milliseconds. */
const AT_ONCE = 4

/** Which of the devices the act changes: the others are left as they are. */
const changes: { readonly [A in BulkAct]: (device: DeviceRow) => boolean } = {
  freeze: ({ status, gateway_id: gateway }) => status !== 'FROZEN' && gateway === undefined,
  unfreeze: ({ status }) => status === 'FROZEN',
  delete: () => true,
}

/** Says what will happen to which devices, does it, and tells of each that it did not work with. */
export function BulkDialog({ projectId, act, devices, onClose }: BulkDialogProps) {
  const client = useQueryClient()
  const [run, setRun] = useState<Run>()
  const abort = useRef(new AbortController())
  useReturnFocus()
  useEffect(() => {
    const { current } = abort
    return () => current.abort()
  }, [])

  const targets = devices.filter(changes[act])
  const start = async (wanted: readonly DeviceRow[], before: readonly string[]): Promise<void> => {
    abort.current = new AbortController()
    const { signal } = abort.current
    let now: Run = { done: before, failed: [], isOver: false }
    setRun(now)
    const queue = [...wanted]
    const work = async (): Promise<void> => {
      for (let device = queue.shift(); device && !signal.aborted; device = queue.shift()) {
        const error = await faultOf(actOn(projectId, act, device.device_id))
        now = error
          ? { ...now, failed: [...now.failed, { device, error }] }
          : { ...now, done: [...now.done, device.device_id] }
        setRun(now)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    setRun({ ...now, isOver: true })
    void client.invalidateQueries({ queryKey: devicesKey(projectId) })
  }

  if (!run)
    return (
      <Preview
        act={act}
        targets={targets}
        left={devices.length - targets.length}
        onStart={() => void start(targets, [])}
        onClose={() => onClose([])}
      />
    )
  return (
    <RunDialog
      act={act}
      run={run}
      total={targets.length}
      onStop={() => abort.current.abort()}
      onAgain={() =>
        void start(
          run.failed.map(({ device }) => device),
          run.done,
        )
      }
      onClose={() => onClose(run.done)}
    />
  )
}

const faultOf = (act: Promise<void>): Promise<Error | undefined> =>
  act.then(
    () => undefined,
    (fault: unknown) => (fault instanceof Error ? fault : new Error(String(fault))),
  )

interface PreviewProps {
  readonly act: BulkAct
  readonly targets: readonly DeviceRow[]
  /** How many of the chosen devices nothing happens to. */
  readonly left: number
  readonly onStart: () => void
  readonly onClose: () => void
}

function Preview({ act, targets, left, onStart, onClose }: PreviewProps) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [first] = targets
  // Of one device its name is asked for; of several their number, since nobody types a hundred names.
  const word = targets.length === 1 && first ? nameOf(first) : String(targets.length)
  const isConfirmed = act !== 'delete' || typed.trim() === word.trim()
  return (
    <FormDialog
      title={t(`bulk.${act}.title`)}
      text={targets.length === 0 ? t(`bulk.${act}.none`) : t(`bulk.${act}.text`, { count: targets.length })}
      submitText={t(`bulk.${act}.act`)}
      danger={act === 'delete'}
      submitDisabled={targets.length === 0 || !isConfirmed}
      busy={false}
      error={null}
      onSubmit={onStart}
      onClose={onClose}
    >
      {targets.length > 0 && (
        <ul className="bulk-names" tabIndex={0} aria-label={t('bulk.devices')}>
          {targets.map((device) => (
            <li key={device.device_id} className="break">
              {nameOf(device)} <code className="faint small">{device.device_id}</code>
            </li>
          ))}
        </ul>
      )}
      {left > 0 && (
        <p className="soft">{t(`bulk.${act === 'delete' ? 'freeze' : act}.left`, { count: left })}</p>
      )}
      {act === 'delete' && (
        <TextField
          label={t('confirm.typeName', { name: word })}
          autoFocus
          spellCheck={false}
          value={typed}
          onChange={setTyped}
        />
      )}
    </FormDialog>
  )
}

interface RunDialogProps {
  readonly act: BulkAct
  readonly run: Run
  readonly total: number
  readonly onStop: () => void
  readonly onAgain: () => void
  readonly onClose: () => void
}

function RunDialog({ act, run: { done, failed, isOver }, total, onStop, onAgain, onClose }: RunDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal
      open
      title={t(`bulk.${act}.title`)}
      width={560}
      closable={isOver}
      keyboard={isOver}
      mask={{ closable: false }}
      onCancel={onClose}
      footer={
        isOver ? (
          <>
            {failed.length > 0 && <Button onClick={onAgain}>{t('bulk.again')}</Button>}
            <Button type="primary" onClick={onClose}>
              {t('common.close')}
            </Button>
          </>
        ) : (
          <Button onClick={onStop}>{t('bulk.stop')}</Button>
        )
      }
    >
      <div className="form">
        <Progress
          value={done.length + failed.length}
          max={total}
          text={t('bulk.progress', { done: done.length, total })}
        />
        {failed.length > 0 && (
          <section className="lines" aria-label={t('bulk.failures')}>
            <p>{t('bulk.failed', { count: failed.length })}</p>
            <ul className="plain-list bulk-failures" tabIndex={0} aria-label={t('bulk.failures')}>
              {failed.map(({ device, error }) => (
                <li key={device.device_id}>
                  <strong className="break">{nameOf(device)}</strong>
                  <ErrorState error={error} />
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </Modal>
  )
}
