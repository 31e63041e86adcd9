/**
 * The catalogue of refusals: what an operation may throw, with its parameters and the sentence a tired
 * engineer can act on. `api/` alone maps each name to an HTTP status and an error code (exhaustively typed).
 * Braces name parameters. Parameters are shown to the caller: never a secret.
 */
export const refusals = {
  // requests
  'malformed-json': 'The request body is not valid JSON: {detail}.',
  'body-too-large': 'The request body is larger than {limit} bytes.',
  'unsupported-media-type': 'Send the body as application/json, not {type}.',
  'invalid-input': '{field}: {rule}.',
  'invalid-limit': 'limit must be a whole number from 1 to {max}.',
  'invalid-offset': 'offset must be a whole number from 0 on.',
  'invalid-marker': 'marker must be 24 hex digits, as an earlier page returned it.',
  'invalid-time': '{field} must be a UTC time like {example}.',
  'invalid-time-range': '{start} must lie before {end}.',
  'route-not-found': 'There is no {method} {path}.',
  // callers
  'not-authenticated': 'Sign the request (SDK-HMAC-SHA256 or V11-HMAC-SHA256) or send an X-Auth-Token.',
  'authentication-failed': 'The access key is unknown or the signature does not match.',
  'invalid-token': 'The token is unknown or has expired. Ask for a new one with POST /v3/auth/tokens.',
  'device-login-failed':
    'The device id, the timestamp or the password is wrong, or the device may not connect. The list of connections of the platform says which, and what to do.',
  'device-token-invalid':
    'The access_token is unknown, has expired or belongs to another device. Ask for a new one with POST /v5/device-auth.',
  'uplink-refused': 'Nothing of it was stored: {detail}',
  'child-not-of-gateway':
    'There is no device {deviceId} below this gateway. Nothing of the request was stored.',
  'too-many-children': 'At most {max} child devices can be reported on in one request.',
  'csrf-token-wrong':
    'The header X-CSRF-Token must hold the token of this session. Read it with GET /quayside/v1/session.',
  'foreign-origin': 'This can only be asked for by a page of this platform, not by one of {origin}.',
  'clock-skew': 'X-Sdk-Date {sent} is more than {minutes} minutes from the time here, {now}. Set the clock.',
  'login-failed': 'There is no user {user}, or the password is wrong.',
  'old-password-wrong': 'The password in {field} is not the present one.',
  'access-key-not-found': 'There is no access key {accessKey}.',
  'access-key-quota': 'At most {limit} access keys can be made. Revoke one that is no longer used.',
  'foreign-project': 'The project in the path is not one that these credentials belong to.',
  'too-many-requests': 'Too many failed attempts from this address. Try again in {seconds} s.',
  'too-many-bodies': 'Too much is being sent to the platform at once. Try again in {seconds} s.',
  'too-many-streams': 'There are {limit} event streams open, which is as many as can be. Close one.',
  // resource spaces
  'space-not-found': 'There is no resource space {spaceId}.',
  'space-name-taken': 'There is already a resource space named {name}.',
  'space-quota': 'At most {limit} resource spaces can be made. Delete one that is no longer used.',
  'space-is-default': 'The default resource space cannot be deleted.',
  'space-in-use':
    'The resource space still holds {products} products, {devices} devices, {certificates} CA certificates and {groups} registration groups. Delete them first.',
  // products
  'product-not-found': 'There is no product {productId}.',
  'product-exists': 'There is already a product {productId} in this resource space.',
  'product-in-use': 'The product still has {devices} devices. Delete them first.',
  'product-protocol-fixed': 'The protocol of a product cannot be changed to CoAP.',
  // certificates
  'certificate-not-found': 'There is no CA certificate {certificateId}.',
  'certificate-quota': 'At most {limit} CA certificates can be uploaded. Delete one that is no longer used.',
  'certificate-unreadable': 'The content is not a certificate in PEM form: {detail}.',
  'certificate-is-private-key':
    'The content holds a private key. It was not kept. Upload the certificate alone, and consider the key exposed.',
  'certificate-is-der':
    'The content is DER (binary). Convert it: openssl x509 -inform der -in ca.der -out ca.pem.',
  'certificate-bundle': 'The content holds {count} certificates. Upload one CA certificate at a time.',
  'certificate-not-ca': 'The certificate of {subject} is not a CA certificate: {detail}.',
  'certificate-expired': 'The certificate of {subject} expired at {expiry}.',
  'certificate-weak': 'The certificate of {subject} is too weak: {detail}.',
  'certificate-exists': 'This certificate is already uploaded, as {certificateId}.',
  'certificate-proof-failed': 'The verification certificate does not prove possession: {detail}.',
  // provisioning
  'template-not-found': 'There is no provisioning template {templateId}.',
  'template-quota': 'At most {limit} provisioning templates can be made. Delete one that is no longer used.',
  'template-in-use':
    'The template is bound to {certificates} CA certificates. Bind another one to them first, or none.',
  'group-not-found': 'There is no registration group {scope}.',
  'group-exists':
    '{field}: {scope} is the scope ID of another registration group. Choose another, or leave it out to have one made.',
  'group-quota': 'At most {limit} registration groups can be made. Delete one that is no longer used.',
  // connections
  'connection-not-found': 'There is no connection {connectionId}, or its verdict is no longer kept.',
  // devices
  'device-not-found': 'There is no device {deviceId}.',
  'device-exists': 'There is already a device {deviceId}.',
  'node-exists': 'The product already has a device with node ID {nodeId}.',
  'gateway-not-found': 'There is no device {gatewayId} in this resource space that could be the gateway.',
  'gateway-too-deep': 'Devices can be nested at most {levels} levels below a gateway.',
  'device-has-children': 'The device still has {children} child devices. Delete them first.',
  'device-not-child': 'Device {deviceId} is directly connected: only a child device has a gateway to change.',
  'device-is-child': 'Device {deviceId} is a child device. Ask its gateway {gatewayId}.',
  'gateway-unchanged': 'Device {deviceId} is already a child of {gatewayId}.',
  'gateway-of-itself': 'A device cannot be its own gateway.',
  'own-children-quota':
    'The gateway has {limit} child devices, which is as many as it may register itself. Register more through the API.',
  'device-not-direct': 'Only a directly connected device can be frozen.',
  'device-already-frozen': 'The device is already frozen.',
  'device-not-frozen': 'The device is not frozen.',
  'fingerprint-unreadable': 'The fingerprint must be 40 (SHA-1) or 64 (SHA-256) hex digits.',
  'service-not-in-model': 'The product model has no service {serviceId}.',
  'property-not-in-model': 'The product model has no property {property} in service {serviceId}.',
  // policies
  'policy-not-found': 'There is no policy {policyId}.',
  'policy-exists': 'There is already a policy named {name} in this resource space.',
  'policy-quota':
    'At most {limit} policies can be made, beside the one that each resource space starts with. Delete one that is no longer used.',
  'policy-target-elsewhere':
    '{target} is not in the resource space of the policy. Make a policy in that space, and bind it there.',
  'policy-target-quota': '{limit} policies are bound to {target}, which is as many as can be. Unbind one.',
  'policy-not-bound': 'The policy {name} is not bound to {target}.',
  // bridges
  'bridge-not-found': 'There is no bridge {bridgeId}.',
  'bridge-exists': 'The bridge ID {bridgeId} is taken. Choose another, or leave it out to have one made.',
  'bridge-quota': 'At most {limit} bridges can be made. Delete one that is no longer used.',
  // what is sent to devices
  'device-offline':
    'Device {deviceId} is not online, so nothing was sent. Send it when the device is online, or as a message, which is kept for it.',
  'config-task-not-found': 'The device has no open configuration {taskId}.',
  'device-busy': 'Too much is on its way to device {deviceId} already. Try again when it has answered.',
  'device-packet-limit': 'Device {deviceId} takes no packets as large as this one. Send less at once.',
  'downlink-too-large': 'The payload is {bytes} bytes long; a device can be sent {limit} at most.',
  'too-many-waiting': 'So many calls wait for devices that no more can. Try again in {seconds} s.',
  'message-exists': 'Device {deviceId} already has a message {messageId}.',
  'message-not-found': 'Device {deviceId} has no message {messageId}.',
  'command-not-found': 'Device {deviceId} has no asynchronous command {commandId}.',
  'command-queue-full':
    '{limit} commands wait for device {deviceId}, which is as many as can. Wait until the device has been online.',
  'command-service-unknown':
    'The product model has no service {serviceId}. Leave service_id out to send what the model does not describe.',
  'command-name-missing': 'Say with command_name which command of service {serviceId} is meant.',
  'command-unknown': 'Service {serviceId} of the product model has no command {command}.',
  'command-parameter-unknown': 'Command {command} of the product model has no parameter {parameter}.',
  'command-parameter-missing': 'Command {command} needs the parameter {parameter}.',
  'command-parameter-invalid':
    'Parameter {parameter} of command {command} does not fit the product model: {expected}.',
  'property-not-writable':
    'Property {property} of service {serviceId} cannot be set: the product model does not give it W.',
  'shadow-version-differs':
    'The shadow of service {serviceId} has version {current}, not {version}; nothing was changed. Read it and decide again.',
  'shadow-full':
    'The shadow cannot hold more: {serviceId} would be one service too many, or have too many properties. Clear what is no longer used.',
  // files of devices
  'file-not-found': 'There is no file {file}.',
  'file-address-wrong':
    'The address does not allow this: it is for another file or another method, or was changed. Ask for a new one.',
  'file-address-expired': 'The address has expired. Ask for a new one.',
  'file-length-missing': 'Say how long the file is in the header Content-Length.',
  'file-too-large': 'The file has {size} bytes; at most {limit} are taken.',
  'file-size-wrong': 'The file was announced with {announced} bytes, not {size}.',
  'file-hash-wrong': 'The SHA-256 of the file was announced as {announced}, but is {seen}.',
  'file-range-wrong': 'The file has only {size} bytes.',
  'file-quota':
    'The files of the project would take more than {limit} bytes. Delete some that are no longer needed.',
  'files-too-many': 'A device can have at most {limit} files. Delete some that are no longer needed.',
  'file-disk-full': 'The disk of the platform has too little space left for files.',
  'files-unreachable':
    'The storage of files cannot be reached at the moment. Nothing was changed; try again.',
  'uploads-too-many': 'Too many files are being uploaded. Try again in {seconds} seconds.',
  // faults of ours
  'store-unavailable': 'The data store cannot be written at the moment. Nothing was changed; try again.',
} as const satisfies Record<string, string>

export type RefusalName = keyof typeof refusals

type Names<S extends string> = S extends `${string}{${infer P}}${infer Rest}` ? P | Names<Rest> : never
/** The parameters a refusal's sentence names. */
export type RefusalParams<N extends RefusalName> = {
  readonly [P in Names<(typeof refusals)[N]>]: string | number
}

/** Thrown by operations; only `api/` turns it into a status. */
export class Refusal<N extends RefusalName = RefusalName> extends Error {
  readonly refusal: N
  readonly params: Readonly<Record<string, string | number>>

  constructor(refusal: N, ...[params]: keyof RefusalParams<N> extends never ? [] : [RefusalParams<N>]) {
    super(fill(refusals[refusal], params ?? {}))
    this.name = 'Refusal'
    this.refusal = refusal
    this.params = params ?? {}
  }
}

/** `instanceof` alone leaves the name's type open. */
export const isRefusal = (fault: unknown): fault is Refusal => fault instanceof Refusal

/** Puts `params` into the `{braces}` of `template`; a name without a value is left as it stands. */
export function fill(template: string, params: Readonly<Record<string, unknown>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(params, name) ? String(params[name]) : whole,
  )
}
