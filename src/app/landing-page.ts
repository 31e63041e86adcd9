/** What `/` answers while the console is not built: what this is, and where the API reference is. */
export function landingPage(version: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Quayside</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='3' fill='%230f766e'/%3E%3Cpath d='M3 11h10M5 11V5h6v6' fill='none' stroke='%23fff' stroke-width='1.5'/%3E%3C/svg%3E">
<link rel="stylesheet" href="/resources/landing.css">
</head>
<body>
<main>
<h1>Quayside <small>${version}</small></h1>
<p>This is an IoT device access platform. Devices connect to it over MQTT, prove who they are with an X.509
certificate or a secret, and report properties; applications read them through the API.</p>
<ul>
<li><a href="/docs">API reference</a></li>
<li><a href="/resources/platform-ca.pem">Platform CA certificate</a>: the CA file that devices need to connect over TLS</li>
<li><a href="/health/ready">Health and ports</a> · <a href="/metrics">Metrics</a></li>
<li><a href="/quayside/v1/verdicts">Every reason a connection or a report can be refused for</a>, with its remedy</li>
</ul>
<p>The console has not been built on this machine: <code>npm start</code> builds it. The README's guide shows how to
bring a first device online with <code>curl</code>, <code>openssl</code> and <code>mosquitto_pub</code>.</p>
</main>
</body>
</html>
`
}

export const landingStyle = `:root { color-scheme: light dark; }
body { margin: 0; font: 16px/1.6 system-ui, sans-serif; }
main { max-width: 40rem; margin: 12vh auto; padding: 0 1.5rem; }
h1 { font-size: 1.75rem; letter-spacing: -0.01em; }
h1 small { font-size: 0.9rem; font-weight: normal; opacity: 0.6; }
a { color: #0f766e; }
@media (prefers-color-scheme: dark) { a { color: #5eead4; } }
li { margin: 0.25rem 0; }
`
