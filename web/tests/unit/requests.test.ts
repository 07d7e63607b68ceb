import { afterEach, describe, expect, it, vi } from 'vitest'

const holder = vi.hoisted(() => ({ token: 'SECRET' as string | null }))
vi.mock('../../src/state/token', () => ({ theToken: () => holder.token }))

const { server, ServerError } = await import('../../src/run/server')

/** Answers every request so, and tells what was sent. */
function answering(answer: () => Response) {
  const asked: { url: string; headers: Record<string, string>; method: string }[] = []
  vi.stubGlobal('document', { baseURI: 'http://localhost/' })
  vi.stubGlobal('fetch', async (url: URL, { headers, method }: { headers: Record<string, string>; method: string }) => {
    asked.push({ url: url.href, headers, method })
    return answer()
  })
  return asked
}

describe('a request to the server', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
    holder.token = 'SECRET'
  })

  it('carries the token in its header, where it changes something', async () => {
    const asked = answering(() => new Response('{}'))
    await server.order('one', 'pause')
    await server.runs()
    expect(asked[0]).toEqual({ url: 'http://localhost/api/runs/one/pause', method: 'POST', headers: { Authorization: 'Bearer SECRET' } })
    expect(asked[1]).toEqual({ url: 'http://localhost/api/runs', method: 'GET', headers: {} })
  })

  it('is not sent without a token', async () => {
    holder.token = null
    const asked = answering(() => new Response('{}'))
    await expect(server.order('one', 'pause')).rejects.toMatchObject({ code: 'no_token' })
    expect(asked).toHaveLength(0)
  })

  it.each([
    ['in its own words', new Response('{"error":{"code":"queue_full","message":"16 runs wait already","hint":"Stop one"}}', { status: 409 }), 'queue_full', '16 runs wait already. Stop one'],
    ['without words', new Response('oops', { status: 500 }), 'refused', /500/],
  ])('that is refused %s becomes an error of that kind', async (_, answer, code, message) => {
    answering(() => answer)
    const error = await server.order('one', 'stop').then(() => null, (why: unknown) => why)
    expect(error).toBeInstanceOf(ServerError)
    expect((error as InstanceType<typeof ServerError>).code).toBe(code)
    expect((error as Error).message).toMatch(message)
  })
})
