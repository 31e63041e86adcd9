import type { Texts } from '../catalogue.ts'
import type { texts as en } from '../en/certificates.ts'

export const texts: Texts<typeof en> = {
  caCertificates: {
    title: '设备CA证书',
    purpose: '由这里已验证的 CA 证书签发证书的设备可以接入。',
  },
  wizard: {
    title: '调测证书向导',
    purpose: '在浏览器中生成 CA 证书、验证证书和设备证书，私钥不会离开浏览器。',
  },
}
