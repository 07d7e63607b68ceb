// Serves the built page for tests, with the headers that the real server sends,
// and the data set where it is at hand (else a small drawn one).
// usage: node tests/serve.mjs PORT
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { existsSync, readFileSync } from 'node:fs'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { api } from './api.mjs'

const here = fileURLToPath(new URL('..', import.meta.url))
const site = join(here, 'dist/site')
const shared = process.env.ATELIER_SHARED ?? join(here, '../../shared')
const names = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte']

function drawn(name) {
  const count = name.startsWith('train') ? 1200 : 400
  if (name.includes('labels')) {
    const bytes = Buffer.alloc(8 + count)
    bytes.writeUInt32BE(0x801, 0)
    bytes.writeUInt32BE(count, 4)
    for (let i = 0; i < count; i++) bytes[8 + i] = i % 10
    return bytes
  }
  const bytes = Buffer.alloc(16 + count * 784)
  ;[0x803, count, 28, 28].forEach((word, i) => bytes.writeUInt32BE(word, 4 * i))
  for (let i = 0; i < count; i++) {
    const wide = 4 + (i % 10)
    for (let y = 2; y < 26; y++) for (let x = 14 - wide; x < 14 + wide; x++) bytes[16 + i * 784 + y * 28 + x] = 120 + ((x * y + i) % 100)
  }
  return bytes
}

const real = existsSync(join(shared, 'fashion-mnist', `${names[0]}.gz`))
const files = new Map(names.map((name) => {
  const packed = real ? readFileSync(join(shared, 'fashion-mnist', `${name}.gz`)) : gzipSync(drawn(name))
  const plain = gunzipSync(packed)
  return [name, { packed, entry: { name, size: plain.length, gzip_size: packed.length, sha256: createHash('sha256').update(plain).digest('hex') } }]
}))

const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml', '.wasm': 'application/wasm' }
const headers = {
  'Content-Security-Policy': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
}

createServer((request, response) => {
  const path = normalize(new URL(request.url, 'http://host').pathname)
  const send = (status, type, body) => {
    response.writeHead(status, { ...headers, 'Content-Type': type, 'Content-Length': body.length })
    response.end(body)
  }
  if (api(request, path, send, response, headers)) return
  if (path === '/data/index.json') {
    const index = { kind: real ? 'real' : 'drawn', files: [...files.values()].map((file) => file.entry), download: { state: 'none' } }
    return send(200, 'application/json', Buffer.from(JSON.stringify(index)))
  }
  const data = /^\/data\/(.+)\.gz$/.exec(path)
  if (data && files.has(data[1])) return send(200, 'application/gzip', files.get(data[1]).packed)
  const file = join(site, path === '/' ? 'index.html' : path)
  if (!file.startsWith(site) || !existsSync(file)) return send(404, 'text/plain', Buffer.from('not found'))
  send(200, types[extname(file)] ?? 'application/octet-stream', readFileSync(file))
}).listen(Number(process.argv[2] ?? 4173), '127.0.0.1')
