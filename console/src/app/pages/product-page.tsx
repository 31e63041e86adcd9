import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { Answer } from '../../components/states.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { ModelPanel } from '../../features/products/model-panel.tsx'
import type { Product } from '../../features/products/model.ts'
import { ProductDevices } from '../../features/products/product-devices.tsx'
import { ProductFacts } from '../../features/products/product-facts.tsx'
import { type ProductPlace, productQuery } from '../../features/products/products.ts'
import { TopicList } from '../../features/products/topic-list.tsx'
import { ProjectPage } from '../project-page.tsx'

const route = getRouteApi('/signed-in/products/$productId')

export function ProductPage() {
  const { productId } = route.useParams()
  const { app } = route.useSearch()
  return (
    <ProjectPage>
      {({ project_id: projectId }) => (
        <OneProduct key={`${projectId} ${app} ${productId}`} place={{ projectId, productId, spaceId: app }} />
      )}
    </ProjectPage>
  )
}

function OneProduct({ place }: { readonly place: ProductPlace }) {
  const { t } = useTranslation()
  const product = useQuery(productQuery(place))
  return (
    <Page
      title={product.data?.name ?? place.productId}
      purpose={
        product.data ? (
          <span className="wrapping">
            <span className="code break">{product.data.product_id}</span>
            <span>{product.data.device_type}</span>
            <span>{product.data.app_name}</span>
          </span>
        ) : (
          t('products.purpose')
        )
      }
      trail={[
        <Link key="products" to="/products">
          {t('products.title')}
        </Link>,
      ]}
    >
      <Answer of={product}>{(found) => <Parts place={place} product={found} />}</Answer>
    </Page>
  )
}

function Parts(target: { readonly place: ProductPlace; readonly product: Product }) {
  const { t } = useTranslation()
  const { tab, service } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <Tabs
      label={t('products.parts')}
      value={tab}
      onChange={(next) => void navigate({ search: (now) => ({ app: now.app, tab: next }), replace: true })}
      tabs={[
        {
          key: 'basic',
          name: t('products.basic'),
          children: (
            <div className="model">
              <ProductFacts {...target} onDeleted={() => navigate({ to: '/products', search: {} })} />
            </div>
          ),
        },
        {
          key: 'model',
          name: t('model.title'),
          children: (
            <ModelPanel
              {...target}
              chosen={service}
              onChoose={(next) =>
                void navigate({ search: (now) => ({ ...now, service: next }), replace: true })
              }
            />
          ),
        },
        {
          key: 'topics',
          name: t('topics.title'),
          children: (
            <div className="model">
              <TopicList />
            </div>
          ),
        },
        { key: 'devices', name: t('products.devices'), children: <ProductDevices place={target.place} /> },
      ]}
    />
  )
}
