import { useEffect, useState } from 'preact/hooks'
import { complain } from '../state/app'
import { theData, type DataSet } from './set'

/** The data set once it is there. */
export function useData(): DataSet | null {
  const [data, setData] = useState<DataSet | null>(null)
  useEffect(() => { theData().then(setData, complain) }, [])
  return data
}
