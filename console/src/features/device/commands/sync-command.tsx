import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Panel } from '../../../components/panel.tsx'
import type { Place } from '../device.ts'
import { CommandForm, type ModelService } from './command-form.tsx'
import { DeviceAnswer, timed } from './device-answer.tsx'
import { type CommandBody, sendCommand } from './downlinks.ts'
import { TrackList } from './track-list.tsx'

interface SyncCommandProps {
  readonly place: Place
  readonly services: readonly ModelService[]
}

/** A command whose answer is waited for. */
export function SyncCommand({ place, services }: SyncCommandProps) {
  const { t } = useTranslation()
  const send = useMutation({ mutationFn: (command: CommandBody) => timed(sendCommand(place, command)) })
  return (
    <div className="downlink-columns">
      <Panel title={t('downlinks.sendCommand')} text={t('downlinks.sendCommandText')}>
        <CommandForm
          services={services}
          submitText={t('downlinks.send')}
          busy={send.isPending}
          onSubmit={(command) => send.mutate(command)}
        />
      </Panel>
      <div className="stack">
        <Panel title={t('downlinks.answer')}>
          <DeviceAnswer of={send} empty={t('downlinks.answerEmpty')} />
        </Panel>
        <TrackList place={place} types={['command']} />
      </div>
    </div>
  )
}
