import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Column, DataTable } from '../../../components/data-table.tsx'
import { Id } from '../../../components/id.tsx'
import { useLanguage } from '../../../components/language.ts'
import { notify } from '../../../components/notices.tsx'
import { RowAction } from '../../../components/row-action.tsx'
import { Answer, EmptyState } from '../../../components/states.tsx'
import { Time } from '../../../components/time.tsx'
import { bytesText } from '../../../lib/format.ts'
import { Confirm } from '../device-actions.tsx'
import type { Place } from '../device.ts'
import '../device.css'
import { Download } from './download.tsx'
import { deleteFile, type DeviceFile, filesKey, filesQuery } from './files.ts'
import { UploadFile } from './upload-file.tsx'

type Open = { readonly act: 'download' | 'delete'; readonly file: DeviceFile } | { readonly act: 'upload' }

/** What the device has uploaded, and what was uploaded for it to fetch. */
export function DeviceFiles({ place }: { readonly place: Place }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const files = useInfiniteQuery(filesQuery(place))
  const [open, setOpen] = useState<Open>()
  const close = (): void => setOpen(undefined)
  const remove = useMutation({
    mutationFn: ({ file_id: id }: DeviceFile) => deleteFile(place, id),
    async onSuccess(_, { file_name: name }) {
      await client.invalidateQueries({ queryKey: filesKey(place) })
      notify(t('files.deleted', { name }))
      close()
    },
  })
  const uploadButton = <Button onClick={() => setOpen({ act: 'upload' })}>{t('files.upload')}</Button>
  return (
    <div className="stack">
      <p className="soft">{t('files.text')}</p>
      <Answer of={files}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.files)
          if (rows.length === 0) return <EmptyState text={t('files.empty')} action={uploadButton} />
          return (
            <>
              <div className="list-head">
                <span className="list-end">{uploadButton}</span>
              </div>
              <FileTable
                rows={rows}
                onAct={(act, file) => {
                  remove.reset()
                  setOpen({ act, file })
                }}
              />
            </>
          )
        }}
      </Answer>
      {files.hasNextPage && (
        <div>
          <Button loading={files.isFetchingNextPage} onClick={() => void files.fetchNextPage()}>
            {t('device.older')}
          </Button>
        </div>
      )}
      {open?.act === 'download' && <Download place={place} file={open.file} onClose={close} />}
      {open?.act === 'upload' && <UploadFile place={place} onClose={close} />}
      {open?.act === 'delete' && (
        <Confirm
          title={t('files.deleteTitle', { name: open.file.file_name })}
          text={t('files.deleteText')}
          actText={t('common.delete')}
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(open.file)}
          onClose={close}
        />
      )}
    </div>
  )
}

interface FileTableProps {
  readonly rows: readonly DeviceFile[]
  readonly onAct: (act: 'download' | 'delete', file: DeviceFile) => void
}

function FileTable({ rows, onAct }: FileTableProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const columns: readonly Column<DeviceFile>[] = [
    {
      key: 'name',
      title: t('common.name'),
      cell: ({ file_name: name, sha256 }) => (
        <span className="lines">
          <span className="code break">{name}</span>
          {sha256 !== undefined && (
            <span className="faint small">
              SHA-256 <Id value={sha256} what="SHA-256" />
            </span>
          )}
        </span>
      ),
    },
    { key: 'size', title: t('files.size'), cell: ({ size }) => bytesText(size, language) },
    {
      key: 'uploaded',
      title: t('files.uploaded'),
      cell: ({ upload_time: at }) => <Time at={at} />,
    },
    {
      key: 'actions',
      title: t('common.actions'),
      end: true,
      cell: (file) => (
        <span className="row-actions">
          {(['download', 'delete'] as const).map((act) => (
            <RowAction
              key={act}
              text={t(act === 'delete' ? 'files.delete' : 'files.download')}
              label={t(act === 'delete' ? 'files.deleteOf' : 'files.downloadOf', { name: file.file_name })}
              danger={act === 'delete'}
              onClick={() => onAct(act, file)}
            />
          ))}
        </span>
      ),
    },
  ]
  return (
    <DataTable label={t('device.tabs.files')} rows={rows} keyOf={({ file_id: id }) => id} columns={columns} />
  )
}
