import { DeleteOutlined } from '@ant-design/icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeBlock } from '../../../components/code-block.tsx'
import { CopyText } from '../../../components/copy-text.tsx'
import { Facts } from '../../../components/facts.tsx'
import { FormDialog } from '../../../components/form-dialog.tsx'
import { useLanguage } from '../../../components/language.ts'
import { notify } from '../../../components/notices.tsx'
import { Panel } from '../../../components/panel.tsx'
import { RowAction } from '../../../components/row-action.tsx'
import { Answer, EmptyState } from '../../../components/states.tsx'
import { type Mark, StatusMark } from '../../../components/status-mark.tsx'
import { Time } from '../../../components/time.tsx'
import type { Place } from '../device.ts'
import { answerText } from './device-answer.tsx'
import { deleteMessage, messagesKey, messagesQuery, type StoredMessage } from './downlinks.ts'
import { MessageForm } from './message-form.tsx'

/** How many the platform keeps for a device (northbound §4.6). */
const KEPT_MAX = 20

/** A message to send, and those that are kept. */
export function Messages({ place }: { readonly place: Place }) {
  const { t } = useTranslation()
  const messages = useQuery(messagesQuery(place, useLanguage()))
  const [deleting, setDeleting] = useState<StoredMessage>()
  return (
    <div className="downlink-columns">
      <Panel title={t('downlinks.sendMessage')} text={t('downlinks.sendMessageText')}>
        <MessageForm place={place} />
      </Panel>
      <Panel title={t('downlinks.messages')} text={t('downlinks.messagesText', { most: KEPT_MAX })}>
        <Answer of={messages}>
          {(kept) =>
            kept.length === 0 ? (
              <EmptyState text={t('downlinks.noMessages')} />
            ) : (
              <ul className="connection-log" aria-label={t('downlinks.messages')}>
                {kept.map((message) => (
                  <MessageItem
                    key={message.message_id}
                    message={message}
                    onDelete={() => setDeleting(message)}
                  />
                ))}
              </ul>
            )
          }
        </Answer>
      </Panel>
      {deleting && <DeleteMessage place={place} message={deleting} onClose={() => setDeleting(undefined)} />}
    </div>
  )
}

type Status = NonNullable<StoredMessage['status']>

const markOf: { readonly [S in Status]: Mark } = {
  PENDING: 'inactive',
  DELIVERED: 'passed',
  FAILED: 'refused',
  TIMEOUT: 'refused',
}

/** Longest content that a line shows. */
const SHOWN_CHARACTERS = 120

interface MessageItemProps {
  readonly message: StoredMessage
  readonly onDelete: () => void
}

function MessageItem({ message, onDelete }: MessageItemProps) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const {
    status = 'PENDING',
    name,
    created_time: created,
    finished_time: finished,
    error_info: trouble,
  } = message
  const content = typeof message.message === 'string' ? message.message : JSON.stringify(message.message)
  return (
    <li>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <span className="connection-line">
            <span className="wrapping">
              <StatusMark mark={markOf[status]}>{t(`downlinks.messageStatus.${status}`)}</StatusMark>
              {name !== undefined && <span className="soft break">{name}</span>}
              <code className="break">
                {content.length > SHOWN_CHARACTERS
                  ? `${content.slice(0, SHOWN_CHARACTERS).toWellFormed()}…`
                  : content}
              </code>
            </span>
            <span className="faint small wrapping">
              {created !== undefined && (
                <span>
                  {t('downlinks.times.created')} <Time at={created} />
                </span>
              )}
              {finished !== undefined && (
                <span>
                  {t('downlinks.times.finished')} <Time at={finished} />
                </span>
              )}
            </span>
            {trouble && <span className="break">{trouble.error_msg}</span>}
          </span>
        </summary>
        {open && <MessageDetail message={message} onDelete={onDelete} />}
      </details>
    </li>
  )
}

function MessageDetail({ message, onDelete }: MessageItemProps) {
  const { t } = useTranslation()
  const { message_id: id = '', topic = '', encoding, payload_format: format = 'standard' } = message
  return (
    <div className="connection-more stack">
      <Facts
        facts={[
          [t('downlinks.messageId'), <CopyText key="id" text={id} what={t('downlinks.messageId')} />],
          [t('tail.topic'), <CopyText key="topic" text={topic} what={t('tail.topic')} />],
          [
            t('downlinks.format'),
            encoding === 'base64' ? t('downlinks.contents.base64') : t(`downlinks.formats.${format}`),
          ],
        ]}
      />
      <CodeBlock text={answerText(message.message)} what={t('downlinks.content')} />
      <div>
        <RowAction
          icon={<DeleteOutlined />}
          text={t('common.delete')}
          label={t('downlinks.deleteNamed', { id })}
          danger
          onClick={onDelete}
        />
      </div>
    </div>
  )
}

interface DeleteMessageProps {
  readonly place: Place
  readonly message: StoredMessage
  readonly onClose: () => void
}

function DeleteMessage({ place, message, onClose }: DeleteMessageProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { message_id: id = '', status } = message
  const remove = useMutation({
    mutationFn: () => deleteMessage(place, id),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: messagesKey(place) })
      notify(t('downlinks.messageDeleted'))
      onClose()
    },
  })
  return (
    <FormDialog
      title={t('downlinks.deleteMessage')}
      text={t(status === 'PENDING' ? 'downlinks.withdrawText' : 'downlinks.deleteMessageText')}
      submitText={t('common.delete')}
      danger
      busy={remove.isPending}
      error={remove.error}
      onSubmit={() => remove.mutate()}
      onClose={onClose}
    >
      <code className="break">{id}</code>
    </FormDialog>
  )
}
