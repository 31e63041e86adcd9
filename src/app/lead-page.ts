const words = {
  en: {
    title: 'Quayside: continue over HTTPS',
    heading: 'Continue over HTTPS',
    why: 'You came over plain HTTP from another machine. There your password would cross the network in the clear, and the browser withholds what the console needs: cryptography for certificates, and the clipboard.',
    open: 'Open the console:',
    trust: 'Your browser will warn you until it trusts this platform’s own CA:',
    file: 'platform CA certificate',
    how: 'Get it over a way that you trust, or on the machine itself, and import it as an authority. An administrator can also set a certificate that browsers know already.',
  },
  zh: {
    title: 'Quayside：请改用 HTTPS',
    heading: '请改用 HTTPS',
    why: '您正从另一台机器通过明文 HTTP 访问。这样密码会以明文经过网络，浏览器也不提供控制台所需的能力：处理证书的加密接口和剪贴板。',
    open: '打开控制台：',
    trust: '在信任本平台自己的 CA 之前，浏览器会给出警告：',
    file: '平台 CA 证书',
    how: '请通过可信的途径（例如在平台所在的机器上）取得它，并作为证书颁发机构导入。管理员也可以换用浏览器已信任的证书。',
  },
} as const

/** For who opens the console over plain HTTP from another machine: leads to `url`, and to the CA to trust there. */
export function leadPage(url: string, language: 'en' | 'zh'): string {
  const say = words[language]
  const address = escapeHtml(url)
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${say.title}</title>
<link rel="stylesheet" href="/resources/landing.css">
</head>
<body>
<main>
<h1>${say.heading}</h1>
<p>${say.why}</p>
<p>${say.open} <a href="${address}">${address}</a></p>
<p>${say.trust} <a href="/resources/platform-ca.pem">${say.file}</a></p>
<p>${say.how}</p>
</main>
</body>
</html>
`
}

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
