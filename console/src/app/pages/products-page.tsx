import { SearchOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { Pager } from '../../components/pager.tsx'
import { Answer, EmptyState } from '../../components/states.tsx'
import { CreateProduct } from '../../features/products/create-product.tsx'
import { DeleteProduct } from '../../features/products/delete-product.tsx'
import { ProductTable } from '../../features/products/product-table.tsx'
import { PAGE_SIZE, productListQuery, type ProductRow } from '../../features/products/products.ts'
import { spacesQuery } from '../../features/spaces/spaces.ts'
import { ProjectPage } from '../project-page.tsx'
import { useSpace } from '../session-context.ts'

const route = getRouteApi('/signed-in/products')

export function ProductsPage() {
  return <ProjectPage>{({ project_id: id }) => <Products key={id} projectId={id} />}</ProjectPage>
}

function Products({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation()
  const { find = '', page = 1 } = route.useSearch()
  const space = useSpace()
  const navigate = route.useNavigate()
  const [act, setAct] = useState<'create' | ProductRow>()
  const products = useQuery(productListQuery(projectId, { search: find.trim(), spaceId: space, page }))
  const spaces = useQuery({ ...spacesQuery(projectId), enabled: act === 'create' })

  const setFind = (text: string): void =>
    void navigate({ search: text === '' ? {} : { find: text }, replace: true })
  const createButton = (
    <Button type="primary" onClick={() => setAct('create')}>
      {t('products.create')}
    </Button>
  )
  const nothing =
    find === '' ? (
      <EmptyState
        text={t(space === undefined ? 'products.empty' : 'products.emptySpace')}
        action={createButton}
      />
    ) : (
      <EmptyState
        text={t('products.noMatch', { text: find })}
        action={<Button onClick={() => setFind('')}>{t('products.showAll')}</Button>}
      />
    )
  return (
    <Page title={t('products.title')} purpose={t('products.purpose')}>
      {(find !== '' || products.data?.count !== 0) && (
        <div className="list-head">
          {/* At the left, where the guide has it (S16). */}
          {createButton}
          <Input
            className="find"
            prefix={<SearchOutlined />}
            aria-label={t('products.find')}
            placeholder={t('products.find')}
            allowClear
            maxLength={128}
            value={find}
            onChange={(event) => setFind(event.target.value)}
          />
        </div>
      )}
      <Answer of={products}>
        {({ products: rows, count }) =>
          count === 0 ? (
            nothing
          ) : (
            <>
              <ProductTable products={rows} onDelete={setAct} />
              <Pager
                page={page}
                size={PAGE_SIZE}
                count={count}
                onPage={(next) =>
                  void navigate({ search: (now) => ({ ...now, page: next === 1 ? undefined : next }) })
                }
              />
            </>
          )
        }
      </Answer>
      {act === 'create' && (
        <CreateProduct
          projectId={projectId}
          spaces={spaces.data}
          space={space}
          // The model is the next step.
          onCreated={(productId, app) =>
            void navigate({
              to: '/products/$productId',
              params: { productId },
              search: { app, tab: 'model' },
            })
          }
          onClose={() => setAct(undefined)}
        />
      )}
      {typeof act === 'object' && (
        <DeleteProduct
          place={{ projectId, productId: act.product_id, spaceId: act.app_id }}
          name={act.name}
          onClose={() => setAct(undefined)}
        />
      )}
    </Page>
  )
}
