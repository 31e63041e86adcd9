import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SortableList } from '../../components/sortable-list.tsx'
import { EmptyState, ErrorState } from '../../components/states.tsx'
import { saveFile } from '../../lib/download.ts'
import { type ModelAct, ModelDialog } from './model-dialogs.tsx'
import { modelFile } from './model-file.ts'
import { moved, type Service, withService } from './model.ts'
import './products.css'
import { withMoved } from './service-items.ts'
import { ServiceView } from './service-view.tsx'
import { type ModelTarget, useSaveModel } from './use-save-model.ts'

interface ModelPanelProps extends ModelTarget {
  /** The service that is looked at, from the address; absent or unknown: the first. */
  readonly chosen: string | undefined
  readonly onChoose: (serviceId: string) => void
}

const idOf = ({ service_id: id }: Service): string => id

/** *Model Definition* (guide S28–S40): the services at the left, the chosen one at the right. */
export function ModelPanel({ chosen, onChoose, ...target }: ModelPanelProps) {
  const { t } = useTranslation()
  const [act, setAct] = useState<ModelAct>()
  const { save, error } = useSaveModel(target)
  const { product } = target
  const model = product.service_capabilities
  const service = model.find(({ service_id: id }) => id === chosen) ?? model[0]

  const ways = (
    <span className="wrapping">
      <Button type="primary" onClick={() => setAct({ kind: 'service' })}>
        {t('model.custom')}
      </Button>
      <Button onClick={() => setAct({ kind: 'preset' })}>{t('model.preset')}</Button>
      <Button onClick={() => setAct({ kind: 'import' })}>{t('model.import')}</Button>
      {model.length > 0 && (
        <Button
          onClick={() => {
            const { name, text } = modelFile(product.product_id, model)
            saveFile(name, text, 'application/json')
          }}
        >
          {t('model.export')}
        </Button>
      )}
    </span>
  )

  return (
    <div className="model">
      {error && <ErrorState error={error} />}
      {service ? (
        <>
          {ways}
          <div className="model-columns">
            <nav className="panel services" aria-label={t('model.services')}>
              <h2>{t('model.services')}</h2>
              <SortableList
                label={t('model.services')}
                items={model}
                keyOf={idOf}
                nameOf={idOf}
                onMove={(each, by) => save((now) => moved(now, idOf, idOf(each), by))}
              >
                {({ service_id: id, properties }) => (
                  <button
                    type="button"
                    className="plain-button service-choice"
                    {...(id === service.service_id && { 'aria-current': true })}
                    onClick={() => onChoose(id)}
                  >
                    <span className="break">{id}</span>
                    <span className="faint small">
                      {t('model.propertyCount', { count: properties.length })}
                    </span>
                  </button>
                )}
              </SortableList>
              <Button type="dashed" icon={<PlusOutlined />} onClick={() => setAct({ kind: 'service' })}>
                {t('model.addService')}
              </Button>
            </nav>
            <ServiceView
              key={service.service_id}
              service={service}
              onEdit={() => setAct({ kind: 'service', service })}
              onDelete={() => setAct({ kind: 'delete-service', service })}
              onEditItem={(list, name) => setAct({ kind: 'item', service, list, name })}
              onDeleteItem={(list, name) => setAct({ kind: 'delete-item', service, list, name })}
              onMoveItem={(list, name, by) =>
                save((now) => withService(now, service.service_id, (each) => withMoved(each, list, name, by)))
              }
            />
          </div>
        </>
      ) : (
        <div className="panel">
          <EmptyState text={t('model.empty')} action={ways} />
        </div>
      )}
      {act && <ModelDialog {...target} act={act} onChoose={onChoose} onClose={() => setAct(undefined)} />}
    </div>
  )
}
