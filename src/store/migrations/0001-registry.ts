import { type CreateTableBuilder, type Kysely, sql } from 'kysely'
import type { Migration } from './migration.ts'

/** Projects, resource spaces, products, CA certificates, devices; intermediates and the outbox to the log. */
export const registry: Migration = {
  number: 1,
  name: 'registry',
  async up(db) {
    await createProjects(db)
    await createSpaces(db)
    await createProducts(db)
    await createCaCertificates(db)
    await createDevices(db)
    await createIntermediates(db)
    await createOutbox(db)
  },
}

/** `columns` is `name type` pairs; a type ending in `?` may be null. */
function table(db: Kysely<unknown>, name: string, columns: Readonly<Record<string, ColumnType>>) {
  let builder: CreateTableBuilder<string> = db.schema.createTable(name)
  for (const [column, type] of Object.entries(columns)) {
    const dataType = type.startsWith('int') ? 'bigint' : 'text'
    builder = builder.addColumn(column, dataType, (c) => (type.endsWith('?') ? c : c.notNull()))
  }
  return builder
}
type ColumnType = 'text' | 'text?' | 'int' | 'int?'

const index = (db: Kysely<unknown>, on: string, columns: readonly string[]) =>
  db.schema
    .createIndex(`${on}_by_${columns.join('_')}`)
    .on(on)
    .columns([...columns])
    .execute()

async function createProjects(db: Kysely<unknown>): Promise<void> {
  await table(db, 'project', { project_id: 'text', name: 'text', domain_id: 'text', created_at: 'int' })
    .addPrimaryKeyConstraint('project_pk', ['project_id'] as never[])
    .execute()
}

async function createSpaces(db: Kysely<unknown>): Promise<void> {
  await table(db, 'space', {
    key: 'text',
    project_id: 'text',
    space_id: 'text',
    name: 'text',
    is_default: 'int',
    created_at: 'int',
  })
    .addPrimaryKeyConstraint('space_pk', ['key'] as never[])
    .addUniqueConstraint('space_id_unique', ['project_id', 'space_id'] as never[])
    .addUniqueConstraint('space_name_unique', ['project_id', 'name'] as never[])
    .addForeignKeyConstraint('space_project', ['project_id'] as never[], 'project', ['project_id'])
    .execute()
  // One default a project: two creators cannot both win.
  await db.schema
    .createIndex('space_default_unique')
    .on('space')
    .column('project_id')
    .unique()
    .where(sql.ref('is_default'), '=', 1)
    .execute()
}

async function createProducts(db: Kysely<unknown>): Promise<void> {
  await table(db, 'product', {
    key: 'text',
    project_id: 'text',
    space_id: 'text',
    product_id: 'text',
    name: 'text',
    device_type: 'text',
    protocol_type: 'text',
    data_format: 'text',
    manufacturer_name: 'text?',
    industry: 'text?',
    description: 'text?',
    services: 'text',
    model_version: 'int',
    created_at: 'int',
  })
    .addPrimaryKeyConstraint('product_pk', ['key'] as never[])
    .addUniqueConstraint('product_id_unique', ['project_id', 'space_id', 'product_id'] as never[])
    .addForeignKeyConstraint('product_space', ['project_id', 'space_id'] as never[], 'space', [
      'project_id',
      'space_id',
    ])
    .execute()
  await index(db, 'product', ['project_id', 'key'])
  await index(db, 'product', ['project_id', 'product_id', 'key'])
  await index(db, 'product', ['project_id', 'name', 'key'])
  await index(db, 'product', ['project_id', 'space_id', 'key'])
}

async function createCaCertificates(db: Kysely<unknown>): Promise<void> {
  await table(db, 'ca_certificate', {
    key: 'text',
    project_id: 'text',
    space_id: 'text',
    pem: 'text',
    der: 'text',
    sha256: 'text',
    subject: 'text',
    common_name: 'text',
    owner: 'text',
    verified: 'int',
    verify_code: 'text',
    provision_enable: 'int',
    template_id: 'text?',
    ocsp_enable: 'int',
    ocsp_server_ca_id: 'text?',
    ocsp_ssl_enable: 'int',
    created_at: 'int',
    effective_at: 'int',
    expires_at: 'int',
  })
    .addPrimaryKeyConstraint('ca_certificate_pk', ['key'] as never[])
    .addUniqueConstraint('ca_certificate_unique', ['project_id', 'space_id', 'sha256'] as never[])
    .addForeignKeyConstraint('ca_certificate_space', ['project_id', 'space_id'] as never[], 'space', [
      'project_id',
      'space_id',
    ])
    .execute()
  await index(db, 'ca_certificate', ['project_id', 'key'])
}

async function createDevices(db: Kysely<unknown>): Promise<void> {
  await table(db, 'device', {
    key: 'text',
    project_id: 'text',
    space_id: 'text',
    product_key: 'text',
    product_id: 'text',
    device_id: 'text',
    node_id: 'text',
    gateway_id: 'text?',
    name: 'text?',
    description: 'text?',
    auth_type: 'text',
    secret: 'text?',
    secondary_secret: 'text?',
    fingerprint: 'text?',
    secondary_fingerprint: 'text?',
    secure_access: 'int',
    timeout_seconds: 'int',
    expires_at: 'int?',
    frozen: 'int',
    extension_info: 'text?',
    tags: 'text',
    created_at: 'int',
  })
    .addPrimaryKeyConstraint('device_pk', ['key'] as never[])
    .addUniqueConstraint('device_id_unique', ['device_id'] as never[])
    .addUniqueConstraint('device_node_unique', ['product_key', 'node_id'] as never[])
    .addForeignKeyConstraint('device_product', ['product_key'] as never[], 'product', ['key'])
    .addForeignKeyConstraint('device_space', ['project_id', 'space_id'] as never[], 'space', [
      'project_id',
      'space_id',
    ])
    .addForeignKeyConstraint('device_gateway', ['gateway_id'] as never[], 'device', ['device_id'])
    .execute()
  // A page of a device list is a range of one of these: filter, then the sort key, then what else may be asked in
  // the same breath, so that counting and skipping 100,000 devices never touches their rows.
  await index(db, 'device', ['project_id', 'key', 'created_at'])
  await index(db, 'device', ['project_id', 'space_id', 'key', 'created_at'])
  await index(db, 'device', ['project_id', 'product_id', 'key', 'space_id', 'created_at'])
  await index(db, 'device', ['project_id', 'node_id', 'key'])
  await index(db, 'device', ['project_id', 'name', 'key'])
  await index(db, 'device', ['project_id', 'gateway_id', 'key', 'device_id'])
  // What the foreign keys look for when a product or a gateway is deleted; the rest is for counting the devices of
  // the one, and for paging through those below the other.
  await index(db, 'device', ['product_key', 'project_id'])
  await index(db, 'device', ['gateway_id', 'key'])
  await db.schema
    .createIndex('device_by_expiry')
    .on('device')
    .column('expires_at')
    .where(sql.ref('expires_at'), 'is not', null)
    .execute()
}

async function createIntermediates(db: Kysely<unknown>): Promise<void> {
  await table(db, 'intermediate', { leaf_sha256: 'text', ders: 'text', key: 'text' })
    .addPrimaryKeyConstraint('intermediate_pk', ['leaf_sha256'] as never[])
    .execute()
  await index(db, 'intermediate', ['key'])
}

async function createOutbox(db: Kysely<unknown>): Promise<void> {
  await table(db, 'outbox', { key: 'text', entry: 'text' })
    .addPrimaryKeyConstraint('outbox_pk', ['key'] as never[])
    .execute()
}
