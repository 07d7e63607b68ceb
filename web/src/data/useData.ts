import { useEffect, useState } from 'preact/hooks'
import { complain } from '../state/app'
import { dataState, hasFailed, theData, type DataSet } from './set'

/** The data set once it is there; after a failure, once it has been asked for again. */
export function useData(): DataSet | null {
  const [data, setData] = useState<DataSet | null>(null)
  const failed = dataState.value.phase === 'failed'
  useEffect(() => { if (!hasFailed()) theData().then(setData, complain) }, [failed])
  return data
}
