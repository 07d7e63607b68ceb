import { theData } from '../data/set'
import type { Link } from '../worker/link'
import type { ModelName } from './words'

/** Makes all but the first worker helpers of the first: each is joined with it by a message port. */
export async function join(links: readonly Link[], model: ModelName) {
  const [lead, ...helpers] = links
  const data = await theData()
  const prepare = async (link: Link) => {
    await link.call('hello', { model })
    await link.call('data', data.forWorker())
  }
  const ports = await Promise.all(helpers.map(async (helper, i) => {
    const { port1, port2 } = new MessageChannel()
    await prepare(helper)
    await helper.call('help', { model, rank: i + 1, ranks: links.length, port: port2 }, [port2])
    return port1
  }))
  await lead!.call('crew', { ports }, ports)
}
