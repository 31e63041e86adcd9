import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { SortableList } from '../../components/sortable-list.tsx'
import { boundsText } from '../../lib/bounds-text.ts'
import { dataTypeNames, lettersOf } from './data-types.ts'
import type { Command, Event, ListName, Parameter, Property, Service, ValueRule } from './model.ts'
import { type ItemOf, nameOf } from './service-items.ts'

interface ServiceViewProps {
  readonly service: Service
  readonly onEdit: () => void
  readonly onDelete: () => void
  /** Absent name: a new one. */
  readonly onEditItem: (list: ListName, name?: string) => void
  readonly onDeleteItem: (list: ListName, name: string) => void
  readonly onMoveItem: (list: ListName, name: string, by: number) => void
}

/** One service of a model with what it declares. */
export function ServiceView({ service, onEdit, onDelete, ...items }: ServiceViewProps) {
  const { t } = useTranslation()
  const titleId = useId()
  const { service_id: id, service_type: type, description } = service
  const list = <L extends ListName>(name: L, render: (item: ItemOf[L]) => ReactNode) => (
    <ItemList {...items} list={name} service={service} render={render} />
  )
  return (
    <section className="panel service-view" aria-labelledby={titleId}>
      <div className="panel-head">
        <h2 id={titleId} className="break">
          {id}
        </h2>
        <span className="row-actions">
          <Button size="small" aria-label={t('model.editNamed', { name: id })} onClick={onEdit}>
            {t('common.edit')}
          </Button>
          <Button size="small" danger aria-label={t('model.deleteNamed', { name: id })} onClick={onDelete}>
            {t('common.delete')}
          </Button>
        </span>
      </div>
      <p className="soft break">
        {[type !== id && t('model.ofType', { type }), description].filter(Boolean).join(' · ') ||
          t('model.noDescription')}
      </p>
      {list('properties', (property) => (
        <PropertyLines property={property} />
      ))}
      {list('commands', (command) => (
        <CommandLines command={command} />
      ))}
      {list('events', (event) => (
        <EventLines event={event} />
      ))}
    </section>
  )
}

interface ItemListProps<L extends ListName> extends Pick<
  ServiceViewProps,
  'service' | 'onEditItem' | 'onDeleteItem' | 'onMoveItem'
> {
  readonly list: L
  readonly render: (item: ItemOf[L]) => ReactNode
}

function ItemList<L extends ListName>(props: ItemListProps<L>) {
  const { list, service, render, onEditItem, onDeleteItem, onMoveItem } = props
  const { t } = useTranslation()
  const items = service[list] as readonly ItemOf[L][]
  const said: ListName = list
  const title = t(`model.lists.${said}`)
  return (
    <section className="item-list" aria-label={title}>
      <div className="panel-head">
        <h3>
          {title} <span className="faint">{items.length}</span>
        </h3>
        <Button size="small" icon={<PlusOutlined />} onClick={() => onEditItem(list)}>
          {t(`model.add.${said}`)}
        </Button>
      </div>
      {items.length === 0 ? (
        <p className="faint">{t(`model.none.${said}`)}</p>
      ) : (
        <SortableList
          label={title}
          className="model-items"
          items={items}
          keyOf={(item) => nameOf(list, item)}
          nameOf={(item) => nameOf(list, item)}
          onMove={(item, by) => onMoveItem(list, nameOf(list, item), by)}
        >
          {(item) => {
            const name = nameOf(list, item)
            return (
              <div className="model-item">
                <div className="model-item-lines">{render(item)}</div>
                <span className="row-actions">
                  <Button
                    size="small"
                    type="text"
                    aria-label={t('model.editNamed', { name })}
                    onClick={() => onEditItem(list, name)}
                  >
                    {t('common.edit')}
                  </Button>
                  <Button
                    size="small"
                    type="text"
                    danger
                    aria-label={t('model.deleteNamed', { name })}
                    onClick={() => onDeleteItem(list, name)}
                  >
                    {t('common.delete')}
                  </Button>
                </span>
              </div>
            )
          }}
        </SortableList>
      )}
    </section>
  )
}

/** Type, bounds, and step of a value. */
function RuleFacts({ rule }: { readonly rule: ValueRule }) {
  const { t } = useTranslation()
  const bounds = boundsText(rule)
  return (
    <>
      <span>{t(`model.types.${dataTypeNames[rule.data_type]}`)}</span>
      {bounds !== undefined && <span className="break">{bounds}</span>}
      {rule.max_length !== undefined && rule.max_length > 0 && (
        <span>{t('model.lengthOf', { length: rule.max_length })}</span>
      )}
      {rule.step !== undefined && rule.step > 0 && <span>{t('model.stepOf', { step: rule.step })}</span>}
    </>
  )
}

function PropertyLines({ property }: { readonly property: Property }) {
  const { t } = useTranslation()
  return (
    <>
      <span className="wrapping">
        <strong className="break">{property.property_name}</strong>
        {property.required && <span className="tag">{t('model.required')}</span>}
      </span>
      <span className="model-facts soft">
        <RuleFacts rule={property} />
        <span>
          {lettersOf(property.method)
            .map((letter) => t(`model.accesses.${letter}`))
            .join(', ')}
        </span>
        {property.default_value !== undefined && (
          <span className="break">
            {t('model.defaultOf', { value: JSON.stringify(property.default_value) })}
          </span>
        )}
      </span>
      {property.description !== undefined && <span className="faint break">{property.description}</span>}
    </>
  )
}

function CommandLines({ command }: { readonly command: Command }) {
  const { t } = useTranslation()
  return (
    <>
      <strong className="break">{command.command_name}</strong>
      <ParameterLines label={t('model.parameters')} paras={command.paras} />
      {command.responses.map((response) => (
        <ParameterLines
          key={response.response_name}
          label={t('model.answers', { name: response.response_name })}
          paras={response.paras}
        />
      ))}
    </>
  )
}

function EventLines({ event }: { readonly event: Event }) {
  const { t } = useTranslation()
  return (
    <>
      <strong className="break">{event.event_type}</strong>
      <ParameterLines label={t('model.parameters')} paras={event.paras} />
    </>
  )
}

function ParameterLines({ label, paras }: { readonly label: string; readonly paras: readonly Parameter[] }) {
  const { t } = useTranslation()
  return (
    <div className="parameter-lines">
      <span className="faint">{label}</span>
      {paras.length === 0 ? (
        <span className="soft">{t('model.noParameters')}</span>
      ) : (
        <ul className="lines">
          {paras.map((para) => (
            <li key={para.para_name} className="model-facts soft">
              <span className="break">{para.para_name}</span>
              <RuleFacts rule={para} />
              {para.required && <span>{t('model.required')}</span>}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
