import { DownloadOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLanguage } from '../../components/language.ts'
import { notify } from '../../components/notices.tsx'
import { ErrorState } from '../../components/states.tsx'
import { saveFile } from '../../lib/download.ts'
import { numberText } from '../../lib/format.ts'
import type { Place } from './device.ts'
import type { Period } from './history.ts'
import { historyCsv } from './history-csv.ts'
import type { ShownProperty } from './latest.ts'

interface DownloadCsvProps {
  readonly place: Place
  readonly serviceId: string
  readonly properties: readonly ShownProperty[]
  /** As it stands when the button is pressed. */
  readonly period: () => Period
}

/** All of the range as a file, however many points it has; tells how far it is and can be stopped. */
export function DownloadCsv({ place, serviceId, properties, period }: DownloadCsvProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const [rows, setRows] = useState(0)
  const abort = useRef<AbortController>(undefined)
  useEffect(() => () => abort.current?.abort(), [])
  const download = useMutation({
    async mutationFn() {
      abort.current = new AbortController()
      const { signal } = abort.current
      setRows(0)
      const names = properties.map(({ name }) => name)
      const made = await historyCsv(place, {
        ...period(),
        serviceId,
        properties: names,
        onProgress: setRows,
        signal,
      })
      saveFile(`${place.deviceId}_${serviceId}.csv`, made.content, 'text/csv')
      return made
    },
    onSuccess: ({ rows: count, cut }) =>
      notify(
        t(cut ? 'device.history.csvCut' : 'device.history.csvDone', { rows: numberText(count, language) }),
      ),
    gcTime: 0,
  })
  const failed = download.error && !abort.current?.signal.aborted ? download.error : undefined
  return (
    <span className="wrapping download-csv">
      {download.isPending ? (
        <>
          <span className="soft" role="status">
            {t('device.history.csvRows', { rows: numberText(rows, language) })}
          </span>
          <Button onClick={() => abort.current?.abort()}>{t('common.cancel')}</Button>
        </>
      ) : (
        <Button icon={<DownloadOutlined />} onClick={() => download.mutate()}>
          {t('device.history.csv')}
        </Button>
      )}
      {failed && <ErrorState error={failed} />}
    </span>
  )
}
